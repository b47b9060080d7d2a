import { isObject, jsonEqual } from "@catalyst/base/json";
import { findTypeOfKind } from "../schema/builtin.ts";
import { setOwn } from "../schema/own-key.ts";
import type { FieldSchema, TypeSchema } from "../schema/type-schema.ts";
import { joinPatches } from "./join-patches.ts";
import { deletePrefix, type Fields, fieldOf, orderPrefix, strategiesOf } from "./patch-fields.ts";

/**
 * Makes the strategic merge patch that client-side apply sends for a built-in kind: it changes what is there
 * (`current`) to what is wanted (`modified`), takes away what was wanted before (`original`) and isn't any more, and
 * leaves alone what neither names. An empty patch changes nothing. Undefined for a kind that isn't built in.
 * Source: strategicpatch.CreateThreeWayMergePatch of Kubernetes' API machinery.
 */
export function threeWayPatch(original: Fields, modified: Fields, current: Fields): Fields | undefined {
  const type = findTypeOfKind(String(modified["apiVersion"]), String(modified["kind"]));
  if (type === undefined) return undefined;
  const changes = diffObjects(type, current, modified, { what: "changes", retainKeys: false });
  const deletions = diffObjects(type, original, modified, { what: "deletions", retainKeys: false });
  return joinPatches(type, deletions, changes);
}

interface DiffOptions {
  /** What is told: what is other or new, or what is no longer there. */
  readonly what: "changes" | "deletions";
  /** The patch names every key that stays. */
  readonly retainKeys: boolean;
}

function diffObjects(
  type: TypeSchema | undefined,
  before: Fields,
  after: Fields,
  options: DiffOptions,
): Record<string, unknown> {
  const patch: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(after)) {
    const old = Object.hasOwn(before, key) ? before[key] : undefined;
    const field = fieldOf(type, key);
    if (isObject(old) && isObject(value)) diffObjectField(patch, key, field, old, value, options);
    else if (Array.isArray(old) && Array.isArray(value))
      diffListField(patch, key, field, old, value, options);
    else if (options.what === "changes" && !(Object.hasOwn(before, key) && jsonEqual(old, value)))
      setOwn(patch, key, value);
  }
  const missing = Object.keys(before).filter((key) => !Object.hasOwn(after, key));
  if (options.what === "deletions") for (const key of missing) setOwn(patch, key, null);
  const kept = options.retainKeys ? Object.keys(after).filter((key) => after[key] !== null) : [];
  if (kept.length > 0 && (Object.keys(patch).length > 0 || missing.length > 0))
    patch["$retainKeys"] = kept.sort();
  return patch;
}

function diffObjectField(
  patch: Record<string, unknown>,
  key: string,
  field: FieldSchema | undefined,
  before: Fields,
  after: Fields,
  { what }: DiffOptions,
): void {
  const strategies = strategiesOf(field);
  if (strategies.includes("replace")) {
    if (what === "changes") setOwn(patch, key, after);
    return;
  }
  const options = { what, retainKeys: strategies.includes("retainKeys") };
  const changed = diffObjects(field?.type, before, after, options);
  if (Object.keys(changed).length > 0) setOwn(patch, key, changed);
}

function diffListField(
  patch: Record<string, unknown>,
  key: string,
  field: FieldSchema | undefined,
  before: readonly unknown[],
  after: readonly unknown[],
  { what }: DiffOptions,
): void {
  const strategies = strategiesOf(field);
  if (!strategies.includes("merge")) {
    if (what === "changes" && !jsonEqual(before, after)) setOwn(patch, key, after);
    return;
  }
  if (before.length === 0) {
    if (what === "changes" && after.length > 0) setOwn(patch, key, after);
    return;
  }
  const options = { what, retainKeys: strategies.includes("retainKeys") };
  const mergeKey = field?.patchMergeKey;
  if (mergeKey === undefined) diffSet(patch, key, before, after, options);
  else diffKeyedList(patch, key, { type: field?.type.items, mergeKey }, { before, after }, options);
}

/** A list of scalars. */
function diffSet(
  patch: Record<string, unknown>,
  key: string,
  before: readonly unknown[],
  after: readonly unknown[],
  { what }: DiffOptions,
): void {
  const old = new Set(before);
  const now = new Set(after);
  if (what === "changes") {
    const added = after.filter((value) => !old.has(value));
    if (added.length > 0) patch[key] = added;
    // what is there is taken in sorted order, so an order of its own is always told
    if (after.length > 0 && !jsonEqual([...before].sort(), after)) patch[`${orderPrefix}${key}`] = after;
    return;
  }
  const removed = before.filter((value) => !now.has(value)).sort();
  if (removed.length === 0) return;
  patch[`${deletePrefix}${key}`] = removed;
  if (after.length > 0) patch[`${orderPrefix}${key}`] = after;
}

/** A list whose items are told apart by a key. */
function diffKeyedList(
  patch: Record<string, unknown>,
  key: string,
  { type, mergeKey }: { readonly type: TypeSchema | undefined; readonly mergeKey: string },
  { before, after }: { readonly before: readonly unknown[]; readonly after: readonly unknown[] },
  options: DiffOptions,
): void {
  const keyOf = (item: unknown) => (isObject(item) ? item[mergeKey] : undefined);
  const text = (item: unknown) => String(keyOf(item));
  const old = new Map(before.map((item) => [text(item), item]));
  const now = new Map(after.map((item) => [text(item), item]));
  const items: unknown[] = [];
  for (const item of after) {
    const other = old.get(text(item));
    if (other === undefined) {
      if (options.what === "changes") items.push(item);
      continue;
    }
    const changed = diffObjects(type, other as Fields, item as Fields, options);
    if (Object.keys(changed).length > 0) items.push({ ...changed, [mergeKey]: keyOf(item) });
  }
  if (options.what === "deletions") {
    const gone = before.filter((item) => !now.has(text(item))).sort((a, b) => (text(a) < text(b) ? -1 : 1));
    for (const item of gone) items.push({ $patch: "delete", [mergeKey]: keyOf(item) });
  }
  const isReordered =
    before.length !== after.length || after.some((item, index) => text(item) !== text(before[index]));
  if (items.length > 0) patch[key] = items;
  const needsOrder = items.length > 0 || (options.what === "changes" && isReordered);
  if (needsOrder && after.length > 0)
    patch[`${orderPrefix}${key}`] = after.map((item) => ({ [mergeKey]: keyOf(item) }));
}
