import type { CustomKind, ResourceKind } from "../kind.ts";
import type { Fields } from "../resources/fields.ts";
import type { Validator } from "../resources/validate/types.ts";
import type { FieldFault } from "../status.ts";
import { validateMetadata, validateMetadataUpdate } from "../validate/metadata.ts";

/** Makes what validates objects of a custom kind; loads rules and CEL with the first that is new or changed. */
export function customValidator(kind: ResourceKind, { scale }: CustomKind): Validator {
  const content = async (object: Fields, stored: Fields | undefined, warnings: string[]) => {
    const [{ judgeCustom }, { scaleFaults }] = await Promise.all([
      import("./validate.ts"),
      import("./scale.ts"),
    ]);
    const verdict = await judgeCustom(kind.schema, object, stored);
    warnings.push(...verdict.warnings);
    return scale === undefined ? verdict.faults : [...verdict.faults, ...scaleFaults(scale, object)];
  };
  return {
    create: async (object) => [...validateMetadata(kind, object), ...(await content(object, undefined, []))],
    update: async (object, stored, _subresource, warnings): Promise<readonly FieldFault[]> => [
      ...validateMetadataUpdate(kind, object, stored),
      ...(await content(object, stored, warnings)),
    ],
    warnings: () => [],
  };
}
