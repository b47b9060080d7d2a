import type { ResourceKind } from "../../kind.ts";
import type { Validator } from "../../resources/validate/types.ts";
import { validateMetadata, validateMetadataUpdate } from "../../validate/metadata.ts";

/** Makes what validates CustomResourceDefinitions; loads the rules with the first that is new or changed. */
export function definitionValidator(kind: ResourceKind): Validator {
  const rules = () => import("./validate.ts");
  return {
    create: async (definition) => [
      ...validateMetadata(kind, definition),
      ...(await rules()).validateDefinition(definition),
    ],
    update: async (definition, stored, subresource) => {
      const metadata = validateMetadataUpdate(kind, definition, stored);
      if (subresource !== "") return metadata;
      const { validateDefinition, validateDefinitionUpdate } = await rules();
      return [
        ...metadata,
        ...validateDefinition(definition, stored),
        ...validateDefinitionUpdate(definition, stored),
      ];
    },
    warnings: () => [],
  };
}
