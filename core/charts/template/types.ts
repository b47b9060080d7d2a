import { spend } from "./budget.ts";
import { isNil } from "./nil.ts";
import { GoObject, Integer, NamedMap, TypedList, TypedMap, type Value } from "./values.ts";

/** Prints a value's Go type, as %T does; nil is `<nil>`. */
export function typeName(value: Value): string {
  switch (typeof value) {
    case "string":
      return "string";
    case "number":
      return "float64";
    case "boolean":
      return "bool";
    case "undefined":
      return "<nil>";
  }
  if (value === null) return "<nil>";
  if (value instanceof Integer) return value.type;
  if (value instanceof TypedMap || value instanceof NamedMap || value instanceof TypedList)
    return value.goType;
  if (value instanceof Map) return "map[string]interface {}";
  if (Array.isArray(value)) return "[]interface {}";
  if (value instanceof Uint8Array) return "[]uint8";
  return value.goType;
}

/** The type as template errors name it: a nil interface is `interface {}`. */
export function typeInError(value: Value): string {
  return value === null ? "interface {}" : typeName(value);
}

/** Gives Go's reflect.Kind as text; nil is `invalid`. */
export function kindName(value: Value): string {
  switch (typeof value) {
    case "string":
      return "string";
    case "number":
      return "float64";
    case "boolean":
      return "bool";
    case "undefined":
      return "invalid";
  }
  if (value === null) return "invalid";
  if (value instanceof Integer) return integerKind(value);
  if (value instanceof Map) return "map";
  if (Array.isArray(value) || value instanceof Uint8Array) return "slice";
  return value.isPointer ? "ptr" : "struct";
}

function integerKind(value: Integer): string {
  if (value.type === "time.Duration") return "int64";
  return value.type === "time.Month" || value.type === "time.Weekday" ? "int" : value.type;
}

/** Tells whether `if` takes the value as true (text/template's IsTrue). */
export function isTrue(value: Value): boolean {
  switch (typeof value) {
    case "string":
      return value !== "";
    case "number":
      return value !== 0; // NaN counts as true
    case "boolean":
      return value;
    case "undefined":
      return false;
  }
  if (value === null) return false;
  if (value instanceof Map) return value.size > 0;
  if (Array.isArray(value) || value instanceof Uint8Array) return value.length > 0;
  if (value instanceof Integer) return value.value !== 0n;
  return true;
}

/** What a comparison is counted as: it makes nothing and takes time. */
const comparisonCost = 8;

/** Compares by content, as reflect.DeepEqual: types must agree too. */
export function deepEqual(a: Value, b: Value): boolean {
  spend(comparisonCost);
  if (a === b) return true;
  if (a === null || a === undefined || b === null || b === undefined) return (a ?? null) === (b ?? null);
  if (typeof a !== "object" || typeof b !== "object" || typeName(a) !== typeName(b)) return false;
  if (a instanceof Integer) return b instanceof Integer && a.value === b.value;
  if (isNil(a) !== isNil(b)) return false;
  if (a instanceof Map) return b instanceof Map && mapsEqual(a, b);
  if (Array.isArray(a)) {
    return Array.isArray(b) && a.length === b.length && a.every((item, index) => deepEqual(item, b[index]));
  }
  if (a instanceof Uint8Array) return b instanceof Uint8Array && Buffer.compare(a, b) === 0;
  if (!(a instanceof GoObject) || !(b instanceof GoObject)) return false;
  if (!a.pointsAlike(b, true)) return false;
  return deepEqual(new Map(a.fields()), new Map(b.fields())) && a.print() === b.print();
}

function mapsEqual(a: Map<string, Value>, b: Map<string, Value>): boolean {
  if (a.size !== b.size) return false;
  for (const [key, value] of a) if (!b.has(key) || !deepEqual(value, b.get(key))) return false;
  return true;
}

/** Bytes, roughly, of a copied value with what holds it. */
const copySize = 128;

/** Copies maps and slices all the way down. */
export function deepCopy(value: Value): Value {
  spend(copySize);
  if (isNil(value)) return value;
  if (value instanceof TypedMap) return value.withEntries(copiedEntries(value));
  if (value instanceof NamedMap) return new NamedMap(value.goType, new Map(copiedEntries(value)));
  if (value instanceof Map) return new Map(copiedEntries(value));
  if (value instanceof TypedList) return value.withItems(value);
  if (value instanceof GoObject) return value.copy();
  return Array.isArray(value) ? value.map(deepCopy) : value;
}

function* copiedEntries(map: Map<string, Value>): Generator<[string, Value]> {
  for (const [key, value] of map) yield [key, deepCopy(value)];
}
