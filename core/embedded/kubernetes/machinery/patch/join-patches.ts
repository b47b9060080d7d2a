import { isObject } from "@catalyst/base/json";
import { setOwn } from "../schema/own-key.ts";
import type { FieldSchema, TypeSchema } from "../schema/type-schema.ts";
import { type Fields, fieldOf, strategiesOf } from "./patch-fields.ts";

/**
 * Joins two strategic merge patches of one object, so that one patch does both: of deletions (`first`) and of
 * changes (`second`). What an item of a list becomes in both is joined; the order is the second's.
 */
export function joinPatches(type: TypeSchema | undefined, first: Fields, second: Fields): Fields {
  const joined: Record<string, unknown> = { ...first };
  for (const [key, value] of Object.entries(second)) {
    const other = Object.hasOwn(joined, key) ? joined[key] : undefined;
    setOwn(joined, key, key.startsWith("$") ? value : joinValues(fieldOf(type, key), other, value));
  }
  return joined;
}

function joinValues(field: FieldSchema | undefined, first: unknown, second: unknown): unknown {
  if (isObject(first) && isObject(second)) {
    return strategiesOf(field).includes("replace") ? second : joinPatches(field?.type, first, second);
  }
  if (!Array.isArray(first) || !Array.isArray(second) || !strategiesOf(field).includes("merge")) return second;
  const mergeKey = field?.patchMergeKey;
  if (mergeKey === undefined) return [...new Set([...second, ...first])];
  return joinLists(field?.type.items, mergeKey, first, second);
}

/** The second's items in their order; the first's others stay before those that follow them there. */
function joinLists(
  type: TypeSchema | undefined,
  mergeKey: string,
  first: readonly unknown[],
  second: readonly unknown[],
): readonly unknown[] {
  const keyOf = (item: unknown) => String(isObject(item) ? item[mergeKey] : undefined);
  const places = new Map(first.map((item, index) => [keyOf(item), index]));
  const changed = second.map((item) => {
    const place = places.get(keyOf(item));
    return place === undefined ? item : joinPatches(type, first[place] as Fields, item as Fields);
  });
  const named = new Set(second.map(keyOf));
  const others = first.filter((item) => !named.has(keyOf(item)));
  const joined: unknown[] = [];
  for (const item of changed) {
    const place = places.get(keyOf(item));
    while (others.length > 0 && place !== undefined && (places.get(keyOf(others[0])) ?? 0) < place)
      joined.push(others.shift());
    joined.push(item);
  }
  return [...joined, ...others];
}
