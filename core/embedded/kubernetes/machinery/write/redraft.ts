import { readManagers } from "../fields/managers.ts";
import type { ResourceKind } from "../kind.ts";
import type { Json, KubeObject } from "../object.ts";
import type { Fields } from "../resources/fields.ts";
import { boundedDepth, decodeValue } from "./decode.ts";
import { dropNulls, fillDefaults } from "./defaults.ts";
import type { FieldValidation } from "./types.ts";

/**
 * Reads a draft that somebody else changed as its type reads it: unknown fields are dropped, or refused as
 * `fieldValidation` says, default values filled in. Throws StatusError 400 when it is no object of its kind.
 */
export function redraft(
  kind: ResourceKind,
  changed: Json,
  fieldValidation: FieldValidation = "Ignore",
): KubeObject {
  return boundedDepth(() => {
    const object = decodeValue(kind, changed, fieldValidation).object as Fields;
    dropNulls(kind, object);
    fillDefaults(kind, object);
    return object as unknown as KubeObject;
  });
}

/**
 * The managedFields of a draft as they were before somebody else changed it, when they can't be read any more.
 */
export function withReadableManagers(changed: KubeObject, before: KubeObject): KubeObject {
  const { managedFields } = changed.metadata;
  if (managedFields === undefined || readManagers(managedFields) !== undefined) return changed;
  const { managedFields: _unreadable, ...metadata } = changed.metadata;
  const held = before.metadata.managedFields;
  return { ...changed, metadata: { ...metadata, ...(held === undefined ? {} : { managedFields: held }) } };
}
