import { equal } from "../equal.ts";
import { type Library, member, type Overload, overload } from "../overload.ts";
import {
  boolType,
  type CelType,
  doubleType,
  durationType,
  dynType,
  intType,
  listType,
  paramType,
  uintType,
} from "../type.ts";
import { DurationValue, fault, ListValue, UintValue, type Value } from "../value.ts";
import { boundInt, boundItems, boundUint } from "./bounds.ts";
import { comparableItems, compareValues } from "./comparisons.ts";
import { boundDuration } from "./times.ts";

const a = paramType("A");
const t = paramType("T");
const listOfT = listType(t);

/** Kubernetes' functions of lists and cel-go's, version 3. */
export const listLibrary: Library = {
  isSorted: comparableItems.map((item) =>
    member(`list_${shortName(item)}_is_sorted_bool`, [listType(item)], boolType, isSorted),
  ),
  sum: [
    sumOf(intType, 0n, (x: bigint, y: bigint) => boundInt(x + y)),
    sumOf(
      uintType,
      new UintValue(0n),
      (x: UintValue, y: UintValue) => new UintValue(boundUint(x.value + y.value)),
    ),
    sumOf(doubleType, 0, (x: number, y: number) => x + y),
    sumOf(
      durationType,
      new DurationValue(0n),
      (x: DurationValue, y: DurationValue) => new DurationValue(boundDuration(x.nanos + y.nanos)),
    ),
  ],
  max: comparableItems.map((item) => extreme(item, "max", (order) => order > 0)),
  min: comparableItems.map((item) => extreme(item, "min", (order) => order < 0)),
  indexOf: [
    member("list_a_index_of_int", [listType(a), a], intType, (list: ListValue, item: Value) =>
      BigInt(list.items.findIndex((held) => equal(held, item))),
    ),
  ],
  lastIndexOf: [
    member("list_a_last_index_of_int", [listType(a), a], intType, (list: ListValue, item: Value) =>
      BigInt(list.items.findLastIndex((held) => equal(held, item))),
    ),
  ],
  slice: [member("list_slice", [listOfT, intType, intType], listOfT, slice)],
  flatten: [
    member("list_flatten", [listType(listOfT)], listOfT, (list: ListValue) =>
      ListValue.of(flatten(list, 1n)),
    ),
    member(
      "list_flatten_int",
      [listType(dynType), intType],
      listType(dynType),
      (list: ListValue, depth: bigint) =>
        depth < 0n ? fault("level must be non-negative") : ListValue.of(flatten(list, depth)),
    ),
  ],
  sort: comparableItems.map((item) =>
    member(`list_${item.name}_sort`, [listType(item)], listType(item), (list: ListValue) =>
      ListValue.of([...list.items].sort(compareValues)),
    ),
  ),
  "@sortByAssociatedKeys": comparableItems.map((key) =>
    member(`list_${key.name}_sortByAssociatedKeys`, [listOfT, listType(key)], listOfT, sortByKeys),
  ),
  "lists.range": [
    overload("lists_range", [intType], listType(intType), (count: bigint) => {
      // Not made before its cost is counted, nor past what memory is for.
      const size = count < 0n ? 0 : Number(count);
      return new ListValue(size, () => Array.from({ length: size }, (_, index) => BigInt(index)));
    }),
  ],
  reverse: [
    member("list_reverse", [listOfT], listOfT, (list: ListValue) => ListValue.of([...list.items].reverse())),
  ],
  distinct: [member("list_distinct", [listOfT], listOfT, distinct)],
};

/** Kubernetes' own list functions say `timestamp`, not the name of its message. */
function shortName(type: CelType): string {
  return type.kind;
}

function isSorted(list: ListValue): boolean {
  return list.items.every((item, index) => index === 0 || compareValues(list.items[index - 1]!, item) <= 0);
}

function sumOf<V extends Value>(item: CelType, zero: V, add: (x: V, y: V) => V): Overload {
  const name = shortName(item);
  return member(`list_${name}_sum_${name}`, [listType(item)], item, (list: ListValue) =>
    (list.items as readonly V[]).reduce(add, zero),
  );
}

function extreme(item: CelType, name: "min" | "max", isBetter: (order: number) => boolean): Overload {
  const type = shortName(item);
  return member(`list_${type}_${name}_${type}`, [listType(item)], item, (list: ListValue) => {
    const [first, ...rest] = list.items;
    if (first === undefined) return fault(`${name} called on empty list`);
    return rest.reduce((best, value) => (isBetter(compareValues(value, best)) ? value : best), first);
  });
}

function slice(list: ListValue, start: bigint, end: bigint): Value {
  const shown = `cannot slice(${start}, ${end})`;
  if (start < 0n || end < 0n) return fault(`${shown}, negative indexes not supported`);
  if (start > end) return fault(`${shown}, start index must be less than or equal to end index`);
  if (BigInt(list.size) < end) return fault(`${shown}, list is length ${list.size}`);
  return ListValue.of(list.items.slice(Number(start), Number(end)));
}

function flatten(list: ListValue, depth: bigint, flat: Value[] = []): Value[] {
  for (const item of list.items) {
    if (item instanceof ListValue && depth > 0n) flatten(item, depth - 1n, flat);
    else flat.push(item);
    boundItems(flat.length);
  }
  return flat;
}

function sortByKeys(list: ListValue, keys: ListValue): Value {
  const paired = list.items.map((item, index) => ({ item, key: keys.items[index]! }));
  return ListValue.of(paired.sort((x, y) => compareValues(x.key, y.key)).map(({ item }) => item));
}

function distinct(list: ListValue): Value {
  const kept: Value[] = [];
  // What can be told by its text needs no comparison with all others.
  const texts = new Set<string>();
  for (const item of list.items) {
    if (typeof item === "string") {
      if (texts.has(item)) continue;
      texts.add(item);
    } else if (kept.some((held) => equal(held, item))) continue;
    kept.push(item);
  }
  return ListValue.of(kept);
}
