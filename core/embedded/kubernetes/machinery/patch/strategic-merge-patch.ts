import { isObject, jsonEqual } from "@catalyst/base/json";
import { setOwn } from "../schema/own-key.ts";
import type { FieldSchema, TypeSchema } from "../schema/type-schema.ts";
import { PatchFault } from "./patch-fault.ts";
import { deletePrefix, type Fields, fieldOf, orderPrefix, strategiesOf } from "./patch-fields.ts";
import { isDirected, mergeStrategicList, orderItems, withoutDirectives } from "./strategic-list.ts";

/**
 * Applies a strategic merge patch by a builtin type's merge keys and directives (`$patch`, `$retainKeys`,
 * `$setElementOrder/…`, `$deleteFromPrimitiveList/…`) to a document that isn't changed. Throws PatchFault.
 */
export function applyStrategicMergePatch(type: TypeSchema, document: unknown, patch: unknown): unknown {
  if (!isObject(patch)) throw new PatchFault("malformed", "a strategic merge patch is an object");
  return mergeObjects(type, isObject(document) ? document : {}, patch);
}

/** Merges one object; `type` is undefined where nothing is known of the fields. */
function mergeObjects(type: TypeSchema | undefined, original: Fields, patch: Fields): Fields {
  const directive = patch["$patch"];
  if (directive === "replace") return withoutDirectives(patch) as Fields;
  if (directive === "delete") return {};
  if (directive !== undefined && directive !== "merge") {
    throw new PatchFault(
      "malformed",
      `unknown patch type: ${String(directive)} (valid: replace, delete, merge)`,
    );
  }
  const merged: Record<string, unknown> = retainKeys(original, patch);
  const done = new Set(["$patch", "$retainKeys"]);
  for (const key of Object.keys(patch)) {
    checkPrefix(key);
    if (!key.startsWith(orderPrefix)) continue;
    const name = key.slice(orderPrefix.length);
    done.add(key).add(name);
    orderField(merged, name, fieldOf(type, name), original, patch, patch[key]);
  }
  for (const key of Object.keys(patch)) {
    if (done.has(key)) continue;
    if (key.startsWith(deletePrefix)) removeValues(merged, key.slice(deletePrefix.length), patch[key]);
    else mergeField(merged, key, fieldOf(type, key), patch[key]);
  }
  return merged;
}

/** A directive for another field names it. */
function checkPrefix(key: string): void {
  for (const [prefix, what] of [
    [orderPrefix, "setElementOrder list"],
    [deletePrefix, "primitive list"],
  ] as const) {
    if (key.startsWith(prefix.slice(0, -1)) && !key.startsWith(prefix))
      throw new PatchFault("malformed", `invalid patch format of ${what}`);
  }
}

function retainKeys(original: Fields, patch: Fields): Record<string, unknown> {
  const kept = patch["$retainKeys"];
  if (kept === undefined) return { ...original };
  if (!Array.isArray(kept)) throw new PatchFault("malformed", "$retainKeys must be a list of keys");
  for (const key of Object.keys(patch)) {
    if (key.startsWith("$") || kept.includes(key)) continue;
    throw new PatchFault("malformed", `the $retainKeys list doesn't name ${key}, which the patch holds`);
  }
  return Object.fromEntries(Object.entries(original).filter(([key]) => kept.includes(key)));
}

function mergeField(
  merged: Record<string, unknown>,
  key: string,
  field: FieldSchema | undefined,
  patch: unknown,
): void {
  if (patch === null) {
    delete merged[key];
    return;
  }
  const original = Object.hasOwn(merged, key) ? merged[key] : undefined;
  if (isDirected(patch) && !isObject(original)) delete merged[key];
  else setOwn(merged, key, mergeValue(field, original, patch));
}

function mergeValue(field: FieldSchema | undefined, original: unknown, patch: unknown): unknown {
  const strategies = strategiesOf(field);
  if (isObject(patch)) {
    if (!isObject(original)) return withoutNulls(withoutDirectives(patch));
    if (strategies.includes("replace")) return withoutDirectives(patch);
    return mergeObjects(field?.type, original, patch);
  }
  if (!Array.isArray(patch)) return patch;
  if (!Array.isArray(original)) return withoutNulls(withoutDirectives(patch));
  if (!strategies.includes("merge")) return withoutDirectives(patch);
  const mergeItem = (item: Fields, change: Fields) => mergeObjects(field?.type.items, item, change);
  return mergeStrategicList(mergeItem, field?.patchMergeKey, original, patch);
}

/** A field whose patch also says in which order its items shall be. */
function orderField(
  merged: Record<string, unknown>,
  name: string,
  field: FieldSchema | undefined,
  original: Fields,
  patch: Fields,
  order: unknown,
): void {
  if (!Array.isArray(order)) throw new PatchFault("malformed", `${orderPrefix}${name} must be a list`);
  if (Object.hasOwn(patch, name)) mergeField(merged, name, field, patch[name]);
  const value = merged[name];
  const before = original[name];
  if (Array.isArray(value)) {
    merged[name] = orderItems(value, order, Array.isArray(before) ? before : [], field?.patchMergeKey);
  }
}

function removeValues(merged: Record<string, unknown>, name: string, values: unknown): void {
  if (!Array.isArray(values)) throw new PatchFault("malformed", `${deletePrefix}${name} must be a list`);
  const before = merged[name];
  if (!Array.isArray(before)) return;
  merged[name] = before.filter((item) => !values.some((value) => jsonEqual(item, value)));
}

function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!isObject(value)) return value;
  const kept: Record<string, unknown> = {};
  for (const key of Object.keys(value)) if (value[key] !== null) setOwn(kept, key, withoutNulls(value[key]));
  return kept;
}
