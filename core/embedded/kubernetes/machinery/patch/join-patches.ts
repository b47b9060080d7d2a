import { isObject } from "@catalyst/base/json";
import { setOwn } from "../schema/own-key.ts";
import type { FieldSchema, TypeSchema } from "../schema/type-schema.ts";
import { type Fields, fieldOf, orderPrefix, strategiesOf } from "./patch-fields.ts";

/**
 * Joins two strategic merge patches of one object, so that one patch does both: of deletions (`first`) and of
 * changes (`second`). What an item of a list becomes in both is joined; items come in the order that a patch says,
 * or else in the second's.
 */
export function joinPatches(type: TypeSchema | undefined, first: Fields, second: Fields): Fields {
  const joined: Record<string, unknown> = { ...first };
  for (const [key, value] of Object.entries(second)) {
    const other = Object.hasOwn(joined, key) ? joined[key] : undefined;
    setOwn(joined, key, key.startsWith("$") ? value : joinValues(fieldOf(type, key), other, value));
  }
  for (const [directive, order] of Object.entries(second)) {
    if (!directive.startsWith(orderPrefix) || !Array.isArray(order)) continue;
    const key = directive.slice(orderPrefix.length);
    const items = joined[key];
    const mergeKey = fieldOf(type, key)?.patchMergeKey;
    if (Array.isArray(items) && mergeKey !== undefined)
      joined[key] = inOrder(items, order, Array.isArray(first[key]) ? first[key] : [], mergeKey);
  }
  return joined;
}

function joinValues(field: FieldSchema | undefined, first: unknown, second: unknown): unknown {
  if (isObject(first) && isObject(second)) {
    return strategiesOf(field).includes("replace") ? second : joinPatches(field?.type, first, second);
  }
  if (!Array.isArray(first) || !Array.isArray(second) || !strategiesOf(field).includes("merge"))
    return second;
  const mergeKey = field?.patchMergeKey;
  if (mergeKey === undefined) return [...new Set([...second, ...first])];
  return joinLists(field?.type.items, mergeKey, first, second);
}

function joinLists(
  type: TypeSchema | undefined,
  mergeKey: string,
  first: readonly unknown[],
  second: readonly unknown[],
): readonly unknown[] {
  const before = new Map(first.map((item) => [keyOf(item, mergeKey), item]));
  const named = new Set(second.map((item) => keyOf(item, mergeKey)));
  const changed = second.map((item) => {
    const other = before.get(keyOf(item, mergeKey));
    return other === undefined ? item : joinPatches(type, other as Fields, item as Fields);
  });
  const others = first.filter((item) => !named.has(keyOf(item, mergeKey)));
  return inOrder([...changed, ...others], second, first, mergeKey);
}

/**
 * Puts the items that `order` names in its order. The others stay before those that they came before (`former`), or
 * go last.
 */
function inOrder(
  items: readonly unknown[],
  order: readonly unknown[],
  former: readonly unknown[],
  mergeKey: string,
): readonly unknown[] {
  const byKey = new Map(items.map((item) => [keyOf(item, mergeKey), item]));
  const places = new Map(former.map((item, index) => [keyOf(item, mergeKey), index]));
  const names = [...new Set(order.map((item) => keyOf(item, mergeKey)))].filter((name) => byKey.has(name));
  const placeOf = (name: string) => places.get(name) ?? Number.POSITIVE_INFINITY;
  const others = [...byKey.keys()].filter((name) => !names.includes(name));
  others.sort((a, b) => placeOf(a) - placeOf(b) || 0);
  const ordered: string[] = [];
  for (const name of names) {
    while (others[0] !== undefined && places.has(name) && placeOf(others[0]) < placeOf(name))
      ordered.push(others.shift() as string);
    ordered.push(name);
  }
  return [...ordered, ...others].map((name) => byKey.get(name));
}

function keyOf(item: unknown, mergeKey: string): string {
  return String(isObject(item) ? item[mergeKey] : undefined);
}
