import type { FieldFault } from "../status.ts";

/** Shows a value the way upstream's messages do. */
export function show(value: unknown): string {
  if (typeof value === "string") return goQuote(value);
  if (value === undefined) return "null";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

function goQuote(value: string): string {
  return JSON.stringify(value);
}

/** `Required value`, or with why. */
export function required(field: string, detail = ""): FieldFault {
  return { reason: "FieldValueRequired", message: withDetail("Required value", detail), field };
}

/** `Invalid value: "x": why`. */
export function invalidValue(field: string, value: unknown, detail: string): FieldFault {
  return {
    reason: "FieldValueInvalid",
    message: withDetail(`Invalid value: ${show(value)}`, detail),
    field,
  };
}

/** `Invalid value: "string": why`: a value of another type than wanted. */
export function wrongType(field: string, value: unknown, detail: string): FieldFault {
  return {
    reason: "FieldValueTypeInvalid",
    message: withDetail(`Invalid value: ${show(value)}`, detail),
    field,
  };
}

/** `Unsupported value: "x": supported values: "a", "b"`. */
export function unsupported(field: string, value: unknown, supported: readonly unknown[]): FieldFault {
  const values = supported.map(show).join(", ");
  return {
    reason: "FieldValueNotSupported",
    message: `Unsupported value: ${show(value)}: supported values: ${values}`,
    field,
  };
}

/** `Forbidden: why`. */
export function forbidden(field: string, detail: string): FieldFault {
  return { reason: "FieldValueForbidden", message: withDetail("Forbidden", detail), field };
}

/** `Duplicate value: "x"`. */
export function duplicate(field: string, value: unknown): FieldFault {
  return { reason: "FieldValueDuplicate", message: `Duplicate value: ${show(value)}`, field };
}

/** `Too long: may not be more than N bytes`. */
export function tooLong(field: string, limit: number, unit = "bytes"): FieldFault {
  const counted = limit === 1 ? unit.replace(/s$/, "") : unit;
  return {
    reason: "FieldValueTooLong",
    message: `Too long: may not be more than ${limit} ${counted}`,
    field,
  };
}

/** `Too many: N: must have at most M items`. */
export function tooMany(field: string, count: number, limit: number): FieldFault {
  return {
    reason: "FieldValueTooMany",
    message: `Too many: ${count}: must have at most ${limit} ${limit === 1 ? "item" : "items"}`,
    field,
  };
}

/** What upstream says of a field that may not change. */
export const immutable = "field is immutable";

/** A message, and its detail when there is one. */
export function withDetail(text: string, detail: string): string {
  return detail === "" ? text : `${text}: ${detail}`;
}
