import { isObject, jsonEqual } from "@catalyst/base/json";
import { PatchFault } from "./patch-fault.ts";

type Fields = Readonly<Record<string, unknown>>;
type List = readonly unknown[];

/** Merges an item of the patch into the original's item with the same key. */
type MergeItem = (original: Fields, patch: Fields) => Fields;

/** Merges a patch's list into the original by merge key, or as a set when its items are scalars. */
export function mergeStrategicList(
  mergeItem: MergeItem,
  mergeKey: string | undefined,
  original: List,
  patch: List,
): List {
  if (mergeKey === undefined || !(patch.some(isObject) || original.some(isObject))) {
    const merged = [...original, ...patch].filter(
      (item, index, all) => all.findIndex((other) => jsonEqual(other, item)) === index,
    );
    return orderItems(merged, patch, original, undefined);
  }
  const { kept, plain } = specialItems(original, patch, mergeKey);
  const merged = [...kept];
  for (const item of plain) {
    const at = merged.findIndex((other) => sameKey(other, item, mergeKey));
    if (at < 0) merged.push(withoutDirectives(item));
    else merged[at] = mergeItem(merged[at] as Fields, item);
  }
  return orderItems(merged, plain, kept, mergeKey);
}

/** Carries out the items that are directives; gives the original's rest and the items to merge. */
function specialItems(
  original: List,
  patch: List,
  mergeKey: string,
): { readonly kept: List; readonly plain: readonly Fields[] } {
  let kept = original;
  let replace = false;
  const plain: Fields[] = [];
  for (const item of patch) {
    if (!isObject(item)) throw new PatchFault("malformed", "a list of objects can't be merged with scalars");
    const directive = item["$patch"];
    if (directive === "replace") {
      replace = true;
      continue;
    }
    if (item[mergeKey] === undefined) {
      throw new PatchFault(
        "malformed",
        `map: ${JSON.stringify(item)} does not contain declared merge key: ${mergeKey}`,
      );
    }
    if (directive === "delete") kept = kept.filter((other) => !sameKey(other, item, mergeKey));
    else plain.push(item);
  }
  return replace ? { kept: [], plain } : { kept, plain };
}

/**
 * Puts the items named by `order` into that order; the others come before those they preceded in the
 * original.
 */
export function orderItems(items: List, order: List, original: List, mergeKey: string | undefined): List {
  const position = (list: List, item: unknown) => list.findIndex((other) => same(other, item, mergeKey));
  const named = items
    .filter((item) => position(order, item) >= 0)
    .toSorted((a, b) => position(order, a) - position(order, b));
  const others = items
    .filter((item) => position(order, item) < 0)
    .toSorted((a, b) => position(original, a) - position(original, b));
  const result: unknown[] = [];
  while (named.length > 0 && others.length > 0) {
    const left = position(original, named[0]);
    const right = position(original, others[0]);
    result.push(left >= 0 && right >= 0 && right < left ? others.shift() : named.shift());
  }
  return [...result, ...named, ...others];
}

function same(a: unknown, b: unknown, mergeKey: string | undefined): boolean {
  return mergeKey === undefined ? jsonEqual(a, b) : sameKey(a, b, mergeKey);
}

function sameKey(a: unknown, b: unknown, mergeKey: string): boolean {
  return isObject(a) && isObject(b) && jsonEqual(a[mergeKey], b[mergeKey]);
}

/** Leaves out the directives of a patch taken as it is; items marked as deleted go. */
export function withoutDirectives(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value
      .filter((item) => !(isObject(item) && (item["$patch"] === "delete" || item["$patch"] === "replace")))
      .map(withoutDirectives);
  }
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !isDirective(key))
      .map(([key, item]) => [key, withoutDirectives(item)]),
  );
}

function isDirective(key: string): boolean {
  return (
    key === "$patch" ||
    key === "$retainKeys" ||
    key.startsWith("$setElementOrder/") ||
    key.startsWith("$deleteFromPrimitiveList/")
  );
}
