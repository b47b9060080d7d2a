import { compareNumbers } from "../equal.ts";
import { type Overload, overload } from "../overload.ts";
import {
  boolType,
  bytesType,
  type CelType,
  doubleType,
  durationType,
  intType,
  stringType,
  timestampType,
  uintType,
} from "../type.ts";
import { DurationValue, fault, TimestampValue, UintValue, type Value } from "../value.ts";

/** The pairs that have an order, in cel-go's sequence. */
const comparable: readonly (readonly [string, CelType, CelType])[] = [
  ["bool", boolType, boolType],
  ["int64", intType, intType],
  ["int64_double", intType, doubleType],
  ["int64_uint64", intType, uintType],
  ["uint64", uintType, uintType],
  ["uint64_double", uintType, doubleType],
  ["uint64_int64", uintType, intType],
  ["double", doubleType, doubleType],
  ["double_int64", doubleType, intType],
  ["double_uint64", doubleType, uintType],
  ["string", stringType, stringType],
  ["bytes", bytesType, bytesType],
  ["timestamp", timestampType, timestampType],
  ["duration", durationType, durationType],
];

/** The meanings of one comparison. */
export function comparisons(name: string, holds: (order: number) => boolean): readonly Overload[] {
  return comparable.map(([id, left, right]) =>
    overload(`${name}_${id}`, [left, right], boolType, (x: Value, y: Value) => holds(compareValues(x, y))),
  );
}

/** Orders two values that have an order; refuses NaN. */
export function compareValues(x: Value, y: Value): number {
  if (typeof x === "string" && typeof y === "string") return Buffer.compare(Buffer.from(x), Buffer.from(y));
  if (x instanceof Uint8Array && y instanceof Uint8Array) return Buffer.compare(x, y);
  if (typeof x === "boolean" && typeof y === "boolean") return Number(x) - Number(y);
  if (isSpan(x) && isSpan(y)) return compareNumbers(x.nanos, y.nanos);
  if (!isNumeric(x) || !isNumeric(y)) return fault("no such overload");
  const order = compareNumbers(x, y);
  return Number.isNaN(order) ? fault("NaN values cannot be ordered") : order;
}

function isSpan(value: Value): value is TimestampValue | DurationValue {
  return value instanceof TimestampValue || value instanceof DurationValue;
}

function isNumeric(value: Value): value is bigint | number | UintValue {
  return typeof value === "bigint" || typeof value === "number" || value instanceof UintValue;
}

/** The types a list's items may have to be sorted, and their names in overloads. */
export const comparableItems: readonly CelType[] = [
  intType,
  uintType,
  doubleType,
  boolType,
  durationType,
  timestampType,
  stringType,
  bytesType,
];
