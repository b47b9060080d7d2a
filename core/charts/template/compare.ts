import { compareText } from "@catalyst/base/go-order";
import { isNil } from "./nil.ts";
import { sprintf } from "./sprintf.ts";
import { deepEqual, kindName, typeName } from "./types.ts";
import { GoError, GoObject, Integer, type Value } from "./values.ts";

type BasicKind = "bool" | "float" | "int" | "string" | "uint" | "other";

/** Go template's eq: whether `a` equals one of `others`. Throws GoError on types that don't compare. */
export function equalsAny(a: Value, others: readonly Value[]): boolean {
  if (others.length === 0) throw new GoError("missing argument for comparison");
  return others.some((other) => equals(a, other));
}

function equals(a: Value, b: Value): boolean {
  if (typeof a === "string" && typeof b === "string") return a === b;
  const left = basicKind(a);
  const right = basicKind(b);
  if (left !== right) {
    if (a instanceof Integer && b instanceof Integer) return a.value === b.value;
    if (isAbsent(a) || isAbsent(b)) return false;
    throw new GoError(`incompatible types for comparison: ${typeName(a)} and ${typeName(b)}`);
  }
  if (left !== "other") return a instanceof Integer && b instanceof Integer ? a.value === b.value : a === b;
  if (kindName(a) !== kindName(b) && !isAbsent(a) && !isAbsent(b)) {
    throw new GoError(sprintf("non-comparable types %s: %v, %s: %v", [a, typeName(a), typeName(b), b]));
  }
  if (isNil(a) || isNil(b)) return isNil(a) === isNil(b);
  const kind = kindName(b);
  if (kind === "map" || kind === "slice") {
    throw new GoError(sprintf("non-comparable type %s: %v", [b, typeName(b)]));
  }
  if (a === b) return true;
  return kind === "struct" && a instanceof GoObject && a.pointsAlike(b as GoObject, false) && deepEqual(a, b);
}

/** Go template's lt. */
export function isLess(a: Value, b: Value): boolean {
  const left = basicKind(a);
  const right = basicKind(b);
  if (left === "other" || right === "other") throw new GoError("invalid type for comparison");
  if (a instanceof Integer && b instanceof Integer) return a.value < b.value;
  if (left !== right) {
    throw new GoError(`incompatible types for comparison: ${typeName(a)} and ${typeName(b)}`);
  }
  if (typeof a === "number" && typeof b === "number") return a < b;
  if (typeof a === "string" && typeof b === "string") return compareText(a, b) < 0;
  throw new GoError("invalid type for comparison");
}

function basicKind(value: Value): BasicKind {
  switch (typeof value) {
    case "string":
      return "string";
    case "number":
      return "float";
    case "boolean":
      return "bool";
  }
  if (value instanceof Integer) return value.isUnsigned ? "uint" : "int";
  return "other";
}

function isAbsent(value: Value): boolean {
  return value === null || value === undefined;
}
