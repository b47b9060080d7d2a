import {
  DurationValue,
  ListValue,
  MapValue,
  OpaqueValue,
  OptionalValue,
  TimestampValue,
  TypeValue,
  UintValue,
  type Value,
} from "./value.ts";

/** CEL's equality: numbers by what they count, whatever their types; values of other types are just unequal. */
export function equal(a: Value, b: Value): boolean {
  if (a === b) return true;
  if (a === null || b === null) return false;
  if (isNumber(a) && isNumber(b)) return compareNumbers(a, b) === 0;
  if (a instanceof ListValue) return b instanceof ListValue && equalLists(a, b);
  if (a instanceof MapValue) return b instanceof MapValue && equalMaps(a, b);
  if (a instanceof TimestampValue) return b instanceof TimestampValue && a.nanos === b.nanos;
  if (a instanceof DurationValue) return b instanceof DurationValue && a.nanos === b.nanos;
  if (a instanceof Uint8Array) return b instanceof Uint8Array && Buffer.compare(a, b) === 0;
  if (a instanceof TypeValue) return b instanceof TypeValue && a.name === b.name;
  if (a instanceof OpaqueValue) {
    return b instanceof OpaqueValue && a.type.name === b.type.name && a.equals(b);
  }
  if (!(a instanceof OptionalValue && b instanceof OptionalValue)) return false;
  if (a.value === undefined || b.value === undefined) return a.value === b.value;
  return equal(a.value, b.value);
}

type NumberValue = bigint | number | UintValue;

function isNumber(value: Value): value is NumberValue {
  return typeof value === "bigint" || typeof value === "number" || value instanceof UintValue;
}

function plainNumber(value: NumberValue): bigint | number {
  return value instanceof UintValue ? value.value : value;
}

/** Orders two numbers of any types: negative, 0 or positive; NaN when one isn't a number. */
export function compareNumbers(a: NumberValue, b: NumberValue): number {
  const left = plainNumber(a);
  const right = plainNumber(b);
  if (left < right) return -1;
  if (left > right) return 1;
  // What is neither is the same number, or isn't one.
  return left <= right ? 0 : Number.NaN;
}

function equalLists(a: ListValue, b: ListValue): boolean {
  if (a.size !== b.size) return false;
  const { identity } = a;
  if (identity === undefined) return a.items.every((item, index) => equal(item, b.items[index]!));
  const own = new Map(a.items.map((item) => [identity.key(item), item]));
  return b.items.every((item) => {
    const same = own.get(identity.key(item));
    return same !== undefined && equal(same, item);
  });
}

function equalMaps(a: MapValue, b: MapValue): boolean {
  if (a.size !== b.size) return false;
  return a.keys().every((key) => {
    const other = b.get(key);
    return other !== undefined && equal(a.get(key)!, other);
  });
}

/**
 * Joins two lists: as they stand; by a `set`'s items without repeats, by a `map`'s keys with later items taking
 * the places of earlier ones.
 */
export function concatenate(a: ListValue, b: ListValue): ListValue {
  const { identity } = a;
  if (identity === undefined) return new ListValue(a.size + b.size, () => [...a.items, ...b.items]);
  const joined = new Map(a.items.map((item) => [identity.key(item), item]));
  for (const item of b.items) {
    const key = identity.key(item);
    if (identity.of === "map" || !joined.has(key)) joined.set(key, item);
  }
  const items = [...joined.values()];
  return new ListValue(items.length, () => items, identity);
}
