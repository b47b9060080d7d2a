import { canonicalJson, isObject } from "@catalyst/base/json";
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
    const unique = new Map([...original, ...patch].map((item) => [keyOf(item, undefined), item]));
    return orderItems([...unique.values()], patch, original, undefined);
  }
  const { kept, plain } = specialItems(original, patch, mergeKey);
  const merged = [...kept];
  const places = placesOf(merged, mergeKey);
  for (const item of plain) {
    const key = keyOf(item, mergeKey);
    const place = places.get(key);
    if (place === undefined) places.set(key, merged.push(withoutDirectives(item)) - 1);
    else merged[place] = mergeItem(merged[place] as Fields, item);
  }
  return orderItems(merged, plain, kept, mergeKey);
}

/** Carries out the items that are directives; gives the original's rest and the items to merge. */
function specialItems(
  original: List,
  patch: List,
  mergeKey: string,
): { readonly kept: List; readonly plain: readonly Fields[] } {
  const deleted = new Set<string>();
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
    if (directive === "delete") deleted.add(keyOf(item, mergeKey));
    else plain.push(item);
  }
  if (replace) return { kept: [], plain };
  const kept = deleted.size === 0 ? original : original.filter((item) => !deleted.has(keyOf(item, mergeKey)));
  return { kept, plain };
}

/**
 * Puts the items named by `order` into that order; the others come before those they preceded in the
 * original.
 */
export function orderItems(items: List, order: List, original: List, mergeKey: string | undefined): List {
  const wanted = placesOf(order, mergeKey);
  const before = placesOf(original, mergeKey);
  const entries = items.map((item) => {
    const key = keyOf(item, mergeKey);
    return { item, wanted: wanted.get(key) ?? -1, before: before.get(key) ?? -1 };
  });
  const named = entries.filter((entry) => entry.wanted >= 0).sort((a, b) => a.wanted - b.wanted);
  const others = entries.filter((entry) => entry.wanted < 0).sort((a, b) => a.before - b.before);
  const result: unknown[] = [];
  let n = 0;
  let o = 0;
  for (let left = named[n], right = others[o]; left !== undefined && right !== undefined; ) {
    const otherFirst = left.before >= 0 && right.before >= 0 && right.before < left.before;
    result.push(otherFirst ? right.item : left.item);
    if (otherFirst) right = others[++o];
    else left = named[++n];
  }
  return [...result, ...named.slice(n).map(({ item }) => item), ...others.slice(o).map(({ item }) => item)];
}

/** Where the first item of each key stands. */
function placesOf(list: List, mergeKey: string | undefined): Map<string, number> {
  const places = new Map<string, number>();
  list.forEach((item, index) => {
    const key = keyOf(item, mergeKey);
    if (!places.has(key)) places.set(key, index);
  });
  return places;
}

/** A text that items with the same merge key share; without merge key the whole item counts. */
function keyOf(item: unknown, mergeKey: string | undefined): string {
  if (mergeKey === undefined) return canonicalJson(item);
  return isObject(item) ? canonicalJson(item[mergeKey] ?? null) : `${canonicalJson(item)} is no object`;
}

/** Tells whether a part of a patch says what is to be done with it: taken as it is, it isn't there. */
export function isDirected(value: unknown): boolean {
  return isObject(value) && Object.hasOwn(value, "$patch");
}

/** Leaves out the directives of a patch taken as it is, and the parts they are in. */
export function withoutDirectives(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.filter((item) => !isDirected(item)).map(withoutDirectives);
  }
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key, item]) => !isDirective(key) && !isDirected(item))
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
