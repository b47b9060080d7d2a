import { jsonEqual } from "@catalyst/base/json";
import { each, type Fields } from "../../resources/fields.ts";

/** Fields of a version that upstream keeps for all versions together while they are alike. */
const sharedFields = ["schema", "subresources", "additionalPrinterColumns", "selectableFields"] as const;
type SharedField = (typeof sharedFields)[number];

const sharedPlaces: Readonly<Record<SharedField, string>> = {
  schema: "spec.validation",
  subresources: "spec.subresources",
  additionalPrinterColumns: "spec.additionalPrinterColumns",
  selectableFields: "spec.selectableFields",
};

/** One thing that versions say, where upstream's messages place it. */
export interface Placed {
  readonly path: string;
  readonly value: unknown;
  /** The version that says it; undefined when all do. */
  readonly version: Fields | undefined;
}

/**
 * Where upstream validates what versions say: what they all say alike it reports under the fields definitions
 * had before there were versions, and only once.
 */
export function placed(spec: Fields, field: SharedField): readonly Placed[] {
  const versions = each(spec, "versions");
  const [first] = versions;
  if (first === undefined) return [];
  const alike = versions.every((version) => jsonEqual(version[field], first[field]));
  if (alike) {
    return first[field] === undefined
      ? []
      : [{ path: sharedPlaces[field], value: first[field], version: undefined }];
  }
  return versions.flatMap((version, index) => {
    const value = version[field];
    return value === undefined ? [] : [{ path: `spec.versions[${index}].${field}`, value, version }];
  });
}
