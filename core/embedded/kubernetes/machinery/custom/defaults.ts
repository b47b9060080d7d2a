import { isObject } from "@catalyst/base/json";
import { ownValue, setOwn } from "../schema/own-key.ts";
import type { TypeSchema } from "../schema/type-schema.ts";

/**
 * Fills in a structural schema's defaults, changing the value: absent fields that have one get it, fields that
 * are null and may not be are taken as absent, and defaults apply within defaults.
 */
export function fillSchemaDefaults(type: TypeSchema, value: unknown): void {
  if (!hasSchemaDefaults(type)) return;
  fill(type, value);
}

function fill(type: TypeSchema, value: unknown): void {
  if (Array.isArray(value)) {
    if (type.items !== undefined) for (const item of value) fill(type.items, item);
    return;
  }
  if (!isObject(value)) return;
  for (const [name, field] of type.fields ?? []) {
    const given = ownValue(value, name);
    const absent = given === undefined || (given === null && field.type.nullable !== true);
    if (absent && field.default !== undefined) setOwn(value, name, structuredClone(field.default));
    const held = ownValue(value, name);
    if (held !== undefined) fill(field.type, held);
  }
  if (type.values === undefined) return;
  for (const key of Object.keys(value)) if (type.fields?.has(key) !== true) fill(type.values, value[key]);
}

/**
 * Removes fields that are null, may not be, and have no default, changing the value: upstream drops them before it
 * validates, and Go's types send them for times that aren't set.
 */
export function dropSchemaNulls(type: TypeSchema, value: unknown): void {
  if (Array.isArray(value)) {
    if (type.items !== undefined) for (const item of value) dropSchemaNulls(type.items, item);
    return;
  }
  if (!isObject(value)) return;
  for (const [key, held] of Object.entries(value)) {
    const field = type.fields?.get(key);
    const inner = field?.type ?? type.values;
    if (inner === undefined) continue;
    if (held !== null) dropSchemaNulls(inner, held);
    else if (inner.nullable !== true && field?.default === undefined) delete value[key];
  }
}

const known = new WeakMap<TypeSchema, boolean>();

/** Tells whether a type states defaults: most schemas state none at all or only in few places, and are not walked. */
export function hasSchemaDefaults(type: TypeSchema, seen: Set<TypeSchema> = new Set()): boolean {
  const answer = known.get(type);
  if (answer !== undefined) return answer;
  if (seen.has(type)) return false;
  seen.add(type);
  const found =
    [...(type.fields?.values() ?? [])].some(
      (field) => field.default !== undefined || hasSchemaDefaults(field.type, seen),
    ) ||
    (type.items !== undefined && hasSchemaDefaults(type.items, seen)) ||
    (type.values !== undefined && hasSchemaDefaults(type.values, seen));
  known.set(type, found);
  return found;
}
