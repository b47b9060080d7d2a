import { goRegexp } from "@catalyst/base/go-regexp";
import { jsonEqual } from "@catalyst/base/json";
import type { SchemaDocument } from "./document.ts";
import { checkFormat } from "./formats.ts";
import { localizedNumber, quoted, shown } from "./problems.ts";

const typeOrder = ["null", "boolean", "number", "integer", "string", "array", "object"];

export function typeOf(value: unknown): string {
  if (value === null || value === undefined) return "null";
  return Array.isArray(value) ? "array" : typeof value;
}

/** What is wrong with a value's type, or with it against `const`, `enum` and `format`: nothing else is looked at then. */
export function checkKind(
  schema: Record<string, unknown>,
  value: unknown,
  { draft, assertsFormat }: SchemaDocument,
): string | undefined {
  const { type, enum: allowed, format } = schema;
  return (
    checkType(type, value) ??
    (draft < 6 ? undefined : checkConst(schema, value)) ??
    checkEnum(allowed, value) ??
    (assertsFormat && typeof format === "string" ? checkFormat(format, value) : undefined)
  );
}

function checkType(wanted: unknown, value: unknown): string | undefined {
  if (wanted === undefined) return undefined;
  const types = typeOrder.filter((type) => (Array.isArray(wanted) ? wanted.includes(type) : wanted === type));
  if (types.length === 0) return undefined;
  const type = typeOf(value);
  if (types.includes(type) || (type === "number" && types.includes("integer") && Number.isInteger(value))) {
    return undefined;
  }
  return `got ${type}, want ${types.join(" or ")}`;
}

function checkConst(schema: Record<string, unknown>, value: unknown): string | undefined {
  if (!("const" in schema) || jsonEqual(value, schema["const"])) return undefined;
  const wanted = schema["const"];
  return typeof wanted === "object" && wanted !== null ? "'const' failed" : `value must be ${shown(wanted)}`;
}

function checkEnum(allowed: unknown, value: unknown): string | undefined {
  if (!Array.isArray(allowed) || allowed.some((one) => jsonEqual(value, one))) return undefined;
  if (allowed.some((one) => typeof one === "object" && one !== null)) return "'enum' failed";
  const texts = allowed.map(shown);
  return texts.length === 1 ? `value must be ${texts[0]}` : `value must be one of ${texts.join(", ")}`;
}

/** Checks a text against the keywords for texts; lengths count characters. */
export function checkText(schema: Record<string, unknown>, value: string): string[] {
  const problems: string[] = [];
  const { minLength, maxLength, pattern } = schema;
  if (isCount(minLength) || isCount(maxLength)) {
    const length = [...value].length;
    if (isCount(minLength) && length < minLength) problems.push(counted("minLength", length, minLength));
    if (isCount(maxLength) && length > maxLength) problems.push(counted("maxLength", length, maxLength));
  }
  if (typeof pattern === "string" && !goRegexp(pattern).test(value)) {
    problems.push(`${quoted(value)} does not match pattern ${quoted(pattern)}`);
  }
  return problems;
}

/** Checks a number. Where draft 4 says so a bound is exclusive by a boolean beside it. */
export function checkNumber(schema: Record<string, unknown>, value: number): string[] {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = schema;
  const problems: string[] = [];
  const check = (name: string, bound: unknown, isMet: (bound: number) => boolean) => {
    if (typeof bound !== "number" || isMet(bound)) return;
    problems.push(`${name}: got ${localizedNumber(value)}, want ${localizedNumber(bound)}`);
  };
  if (exclusiveMinimum !== true) check("minimum", minimum, (bound) => value >= bound);
  if (exclusiveMaximum !== true) check("maximum", maximum, (bound) => value <= bound);
  check("exclusiveMinimum", exclusiveMinimum === true ? minimum : exclusiveMinimum, (bound) => value > bound);
  check("exclusiveMaximum", exclusiveMaximum === true ? maximum : exclusiveMaximum, (bound) => value < bound);
  check("multipleOf", multipleOf, (bound) => isMultiple(value, bound));
  return problems;
}

/** Whether one decimal number is a multiple of another, to the last digit. */
function isMultiple(value: number, of: number): boolean {
  const places = Math.max(decimals(value), decimals(of));
  const scaled = (number: number) => BigInt(Math.round(number * 10 ** places));
  if (places > 15 || !Number.isSafeInteger(Math.round(value * 10 ** places)))
    return Number.isInteger(value / of);
  const divisor = scaled(of);
  return divisor !== 0n && scaled(value) % divisor === 0n;
}

function decimals(value: number): number {
  const [mantissa = "", exponent = "0"] = String(value).split("e");
  return Math.max(0, (mantissa.split(".")[1]?.length ?? 0) - Number(exponent));
}

export function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value);
}

/** A bound on a count that isn't kept. */
export function counted(name: string, got: number, want: number): string {
  const count = (value: number) => String(value).replace(/\B(?=(\d{3})+$)/g, ",");
  return `${name}: got ${count(got)}, want ${count(want)}`;
}
