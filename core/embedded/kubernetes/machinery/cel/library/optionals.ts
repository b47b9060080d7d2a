import { selectOptional } from "../fields.ts";
import { type Library, member, overload } from "../overload.ts";
import {
  boolType,
  dynType,
  intType,
  listType,
  mapType,
  optionalType,
  paramType,
  stringType,
} from "../type.ts";
import {
  DurationValue,
  EvaluationFault,
  fault,
  ListValue,
  MapValue,
  OptionalValue,
  TimestampValue,
  UintValue,
  type Value,
} from "../value.ts";
import { toIndex } from "./bounds.ts";

const v = paramType("V");
const k = paramType("K");
const optionalOfV = optionalType(v);
const listOfV = listType(v);
const mapOfKV = mapType(k, v);

/** Values that may be absent: `optional.of`, `a.?b`, `a[?b]`. */
export const optionalLibrary: Library = {
  "optional.of": [overload("optional_of", [v], optionalOfV, (value: Value) => new OptionalValue(value))],
  "optional.ofNonZeroValue": [
    overload("optional_ofNonZeroValue", [v], optionalOfV, (value: Value) =>
      isZero(value) ? OptionalValue.none : new OptionalValue(value),
    ),
  ],
  "optional.none": [overload("optional_none", [], optionalOfV, () => OptionalValue.none)],
  value: [
    member(
      "optional_value",
      [optionalOfV],
      v,
      (optional: OptionalValue) => optional.value ?? absent(optional),
    ),
  ],
  hasValue: [
    member("optional_hasValue", [optionalOfV], boolType, (optional: OptionalValue) => hasValue(optional)),
  ],
  or: [
    member(
      "optional_or_optional",
      [optionalOfV, optionalOfV],
      optionalOfV,
      (optional: OptionalValue, other: OptionalValue) => (hasValue(optional) ? optional : other),
    ),
  ],
  orValue: [
    member("optional_orValue_value", [optionalOfV, v], v, (optional: OptionalValue, other: Value) =>
      optional.value === undefined ? other : optional.value,
    ),
  ],
  "_?._": [
    overload("select_optional_field", [dynType, stringType], optionalOfV, (operand: Value, field: string) => {
      const found = selectOptional(operand, field);
      return found instanceof EvaluationFault ? fault(found.message) : found;
    }),
  ],
  "_[?_]": [
    overload("list_optindex_optional_int", [listOfV, intType], optionalOfV, indexOptional),
    overload(
      "optional_list_optindex_optional_int",
      [optionalType(listOfV), intType],
      optionalOfV,
      indexOptional,
    ),
    overload("map_optindex_optional_value", [mapOfKV, k], optionalOfV, indexOptional),
    overload("optional_map_optindex_optional_value", [optionalType(mapOfKV), k], optionalOfV, indexOptional),
  ],
  "_[_]": [
    overload("optional_list_index_int", [optionalType(listOfV), intType], optionalOfV, indexOptional),
    overload("optional_map_index_value", [optionalType(mapOfKV), k], optionalOfV, indexOptional),
  ],
  first: [
    member("list_first", [listOfV], optionalOfV, (list: ListValue) => new OptionalValue(list.items[0])),
  ],
  last: [
    member("list_last", [listOfV], optionalOfV, (list: ListValue) => new OptionalValue(list.items.at(-1))),
  ],
  "optional.unwrap": [overload("optional_unwrap", [listType(optionalOfV)], listOfV, unwrapAll)],
  unwrapOpt: [member("optional_unwrapOpt", [listType(optionalOfV)], listOfV, unwrapAll)],
};

function hasValue(optional: OptionalValue): boolean {
  return optional.value !== undefined;
}

function absent(optional: OptionalValue): Value {
  return optional.value === null ? null : fault("optional.none() dereference");
}

function indexOptional(operand: Value, key: Value): Value {
  const held = operand instanceof OptionalValue ? operand.value : operand;
  if (held instanceof MapValue) return new OptionalValue(held.get(key));
  if (held instanceof ListValue) return new OptionalValue(held.items[toIndex(key) ?? -1]);
  return OptionalValue.none;
}

function unwrapAll(list: ListValue): Value {
  return ListValue.of(
    list.items.flatMap((item) =>
      item instanceof OptionalValue && item.value !== undefined ? [item.value] : [],
    ),
  );
}

function isZero(value: Value): boolean {
  if (value instanceof ListValue || value instanceof MapValue) return value.size === 0;
  if (value instanceof Uint8Array) return value.length === 0;
  if (value instanceof UintValue) return value.value === 0n;
  if (value instanceof DurationValue || value instanceof TimestampValue) return value.nanos === 0n;
  if (value instanceof OptionalValue) return value.value === undefined;
  return value === null || value === "" || value === 0 || value === 0n || value === false;
}
