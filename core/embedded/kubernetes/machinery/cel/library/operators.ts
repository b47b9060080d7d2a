import { concatenate, equal } from "../equal.ts";
import { type Library, overload } from "../overload.ts";
import {
  boolType,
  bytesType,
  doubleType,
  durationType,
  intType,
  listType,
  mapType,
  paramType,
  stringType,
  timestampType,
  uintType,
} from "../type.ts";
import {
  DurationValue,
  fault,
  type ListValue,
  type MapValue,
  TimestampValue,
  UintValue,
  type Value,
} from "../value.ts";
import { boundInt, boundItems, boundText, boundUint, toIndex } from "./bounds.ts";
import { comparisons } from "./comparisons.ts";
import { boundDuration, boundTimestamp } from "./times.ts";

const a = paramType("A");
const b = paramType("B");
const listOfA = listType(a);
const mapOfAB = mapType(a, b);

/** The operators but `&&`, `||` and `?:`, which the evaluator does itself. */
export const operatorLibrary: Library = {
  "_?_:_": [overload("conditional", [boolType, a, a], a)],
  "_&&_": [overload("logical_and", [boolType, boolType], boolType)],
  "_||_": [overload("logical_or", [boolType, boolType], boolType)],
  "!_": [overload("logical_not", [boolType], boolType, (value: boolean) => !value)],
  "@not_strictly_false": [overload("not_strictly_false", [boolType], boolType)],
  "cel.@mapInsert": [
    overload("@mapInsert_map_key_value", [mapOfAB, a, b], mapOfAB),
    overload("@mapInsert_map_map", [mapOfAB, mapOfAB], mapOfAB),
  ],
  "_==_": [overload("equals", [a, a], boolType, (x: Value, y: Value) => equal(x, y))],
  "_!=_": [overload("not_equals", [a, a], boolType, (x: Value, y: Value) => !equal(x, y))],
  "_+_": [
    overload("add_bytes", [bytesType, bytesType], bytesType, (x: Uint8Array, y: Uint8Array) => {
      boundText(x.length + y.length);
      return Buffer.concat([x, y]);
    }),
    overload("add_double", [doubleType, doubleType], doubleType, (x: number, y: number) => x + y),
    overload(
      "add_duration_duration",
      [durationType, durationType],
      durationType,
      (x: DurationValue, y: DurationValue) => new DurationValue(boundDuration(x.nanos + y.nanos)),
    ),
    overload(
      "add_duration_timestamp",
      [durationType, timestampType],
      timestampType,
      (x: DurationValue, y: TimestampValue) => new TimestampValue(boundTimestamp(x.nanos + y.nanos)),
    ),
    overload(
      "add_timestamp_duration",
      [timestampType, durationType],
      timestampType,
      (x: TimestampValue, y: DurationValue) => new TimestampValue(boundTimestamp(x.nanos + y.nanos)),
    ),
    overload("add_int64", [intType, intType], intType, (x: bigint, y: bigint) => boundInt(x + y)),
    overload("add_list", [listOfA, listOfA], listOfA, (x: ListValue, y: ListValue) => {
      boundItems(x.size + y.size);
      return concatenate(x, y);
    }),
    overload("add_string", [stringType, stringType], stringType, (x: string, y: string) => {
      boundText(x.length + y.length);
      return x + y;
    }),
    overload("add_uint64", [uintType, uintType], uintType, (x: UintValue, y: UintValue) =>
      unsigned(x.value + y.value),
    ),
  ],
  "_/_": [
    overload("divide_double", [doubleType, doubleType], doubleType, (x: number, y: number) => x / y),
    overload("divide_int64", [intType, intType], intType, (x: bigint, y: bigint) =>
      boundInt(x / divisor(y, "division by zero")),
    ),
    overload("divide_uint64", [uintType, uintType], uintType, (x: UintValue, y: UintValue) =>
      unsigned(x.value / divisor(y.value, "division by zero")),
    ),
  ],
  "_%_": [
    overload(
      "modulo_int64",
      [intType, intType],
      intType,
      (x: bigint, y: bigint) => x % divisor(y, "modulus by zero"),
    ),
    overload("modulo_uint64", [uintType, uintType], uintType, (x: UintValue, y: UintValue) =>
      unsigned(x.value % divisor(y.value, "modulus by zero")),
    ),
  ],
  "_*_": [
    overload("multiply_double", [doubleType, doubleType], doubleType, (x: number, y: number) => x * y),
    overload("multiply_int64", [intType, intType], intType, (x: bigint, y: bigint) => boundInt(x * y)),
    overload("multiply_uint64", [uintType, uintType], uintType, (x: UintValue, y: UintValue) =>
      unsigned(x.value * y.value),
    ),
  ],
  "-_": [
    overload("negate_double", [doubleType], doubleType, (x: number) => -x),
    overload("negate_int64", [intType], intType, (x: bigint) => boundInt(-x)),
  ],
  "_-_": [
    overload("subtract_double", [doubleType, doubleType], doubleType, (x: number, y: number) => x - y),
    overload(
      "subtract_duration_duration",
      [durationType, durationType],
      durationType,
      (x: DurationValue, y: DurationValue) => new DurationValue(boundDuration(x.nanos - y.nanos)),
    ),
    overload("subtract_int64", [intType, intType], intType, (x: bigint, y: bigint) => boundInt(x - y)),
    overload(
      "subtract_timestamp_duration",
      [timestampType, durationType],
      timestampType,
      (x: TimestampValue, y: DurationValue) => new TimestampValue(boundTimestamp(x.nanos - y.nanos)),
    ),
    overload(
      "subtract_timestamp_timestamp",
      [timestampType, timestampType],
      durationType,
      (x: TimestampValue, y: TimestampValue) => new DurationValue(boundDuration(x.nanos - y.nanos)),
    ),
    overload("subtract_uint64", [uintType, uintType], uintType, (x: UintValue, y: UintValue) =>
      unsigned(x.value - y.value),
    ),
  ],
  "_<_": comparisons("less", (order) => order < 0),
  "_<=_": comparisons("less_equals", (order) => order <= 0),
  "_>_": comparisons("greater", (order) => order > 0),
  "_>=_": comparisons("greater_equals", (order) => order >= 0),
  "_[_]": [
    overload("index_list", [listOfA, intType], a, indexList),
    overload("index_map", [mapOfAB, a], b, indexMap),
  ],
  "@in": [
    overload("in_list", [a, listOfA], boolType, (item: Value, list: ListValue) => contains(list, item)),
    overload("in_map", [a, mapOfAB], boolType, (key: Value, map: MapValue) => map.get(key) !== undefined),
  ],
};

/** Tells whether a list has an item equal to this one. */
export function contains(list: ListValue, item: Value): boolean {
  return list.items.some((held) => equal(held, item));
}

function indexList(list: ListValue, index: Value): Value {
  const at = toIndex(index);
  const item = at === undefined ? undefined : list.items[at];
  return item === undefined ? fault(`index out of bounds: ${String(index)}`) : item;
}

function indexMap(map: MapValue, key: Value): Value {
  const value = map.get(key);
  if (value !== undefined) return value;
  return fault(`no such key: ${key instanceof UintValue ? key.value : String(key)}`);
}

function divisor(value: bigint, message: string): bigint {
  return value === 0n ? fault(message) : value;
}

function unsigned(value: bigint): UintValue {
  return new UintValue(boundUint(value));
}
