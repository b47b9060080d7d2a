import type { ResourceKind } from "../../kind.ts";
import type { FieldFault } from "../../status.ts";
import { validateMetadata, validateMetadataUpdate } from "../../validate/metadata.ts";
import type { Fields } from "../fields.ts";

/** Everything wrong with a new object; nothing when it may be stored. */
export function validateCreate(kind: ResourceKind, object: Fields): readonly FieldFault[] {
  return validateMetadata(kind, object);
}

/** Everything wrong with an update of `stored`. */
export function validateUpdate(
  kind: ResourceKind,
  object: Fields,
  stored: Fields,
  _subresource: string,
): readonly FieldFault[] {
  return validateMetadataUpdate(kind, object, stored);
}
