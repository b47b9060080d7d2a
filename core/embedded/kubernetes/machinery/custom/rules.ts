import { goRegexp } from "@catalyst/base/go-regexp";
import { isObject, jsonEqual } from "@catalyst/base/json";
import type { ValueRules } from "../schema/type-schema.ts";
import type { FieldFault } from "../status.ts";
import { invalidValue, required, tooLong, tooMany, unsupported, wrongType } from "../validate/faults.ts";
import { formats } from "./formats.ts";

/** The name JSON schema has for a value's type. */
export function jsonType(value: unknown): string {
  if (value === null || value === undefined) return "null";
  if (Array.isArray(value)) return "array";
  if (typeof value === "number") return Number.isInteger(value) ? "integer" : "number";
  return typeof value;
}

/** Checks one value against the limits its schema states. */
export function checkRules(rules: ValueRules, value: unknown, path: string, faults: FieldFault[]): void {
  if (rules.enum !== undefined && !rules.enum.some((allowed) => jsonEqual(allowed, value))) {
    faults.push(unsupported(path, value, rules.enum));
  }
  if (typeof value === "string") checkText(rules, value, path, faults);
  else if (typeof value === "number") checkNumber(rules, value, path, faults);
  else if (Array.isArray(value)) checkList(rules, value, path, faults);
  else if (isObject(value)) checkObject(rules, value, path, faults);
  checkCombinations(rules, value, path, faults);
}

function inBody(path: string, value: unknown, rest: string): FieldFault {
  return invalidValue(path, value, `${path} in body ${rest}`);
}

function checkText(rules: ValueRules, value: string, path: string, faults: FieldFault[]): void {
  const length = [...value].length;
  // Only the first is reported.
  if (rules.maxLength !== undefined && length > rules.maxLength) faults.push(tooLong(path, rules.maxLength));
  else if (rules.minLength !== undefined && length < rules.minLength) {
    faults.push(inBody(path, value, `should be at least ${rules.minLength} chars long`));
  } else if (rules.pattern !== undefined && !goRegexp(rules.pattern).test(value)) {
    faults.push(inBody(path, value, `should match '${rules.pattern}'`));
  }
}

function checkNumber(rules: ValueRules, value: number, path: string, faults: FieldFault[]): void {
  const { minimum, maximum, multipleOf } = rules;
  const exclusive = { low: rules.exclusiveMinimum === true, high: rules.exclusiveMaximum === true };
  if (minimum !== undefined && (exclusive.low ? value <= minimum : value < minimum)) {
    faults.push(
      inBody(path, value, `should be greater than ${exclusive.low ? "" : "or equal to "}${minimum}`),
    );
  }
  if (maximum !== undefined && (exclusive.high ? value >= maximum : value > maximum)) {
    faults.push(inBody(path, value, `should be less than ${exclusive.high ? "" : "or equal to "}${maximum}`));
  }
  if (multipleOf !== undefined && !Number.isInteger(value / multipleOf)) {
    faults.push(inBody(path, value, `should be a multiple of ${multipleOf}`));
  }
}

function checkList(rules: ValueRules, value: readonly unknown[], path: string, faults: FieldFault[]): void {
  if (rules.maxItems !== undefined && value.length > rules.maxItems) {
    faults.push(tooMany(path, value.length, rules.maxItems));
  }
  if (rules.minItems !== undefined && value.length < rules.minItems) {
    faults.push(inBody(path, value.length, `should have at least ${rules.minItems} items`));
  }
  const { items } = rules;
  if (items === undefined) return;
  value.forEach((item, index) => {
    checkRules(items, item, `${path}[${index}]`, faults);
  });
}

function checkObject(
  rules: ValueRules,
  value: Record<string, unknown>,
  path: string,
  faults: FieldFault[],
): void {
  const keys = Object.keys(value);
  if (rules.maxProperties !== undefined && keys.length > rules.maxProperties) {
    faults.push(tooMany(path, keys.length, rules.maxProperties));
  }
  if (rules.minProperties !== undefined && keys.length < rules.minProperties) {
    faults.push(inBody(path, keys.length, `should have at least ${rules.minProperties} properties`));
  }
  const below = (key: string) => (path === "" ? key : `${path}.${key}`);
  for (const key of rules.required ?? []) {
    if (!Object.hasOwn(value, key)) faults.push(required(below(key)));
  }
  for (const key of keys) {
    const nested = rules.properties?.[key] ?? rules.additionalProperties;
    if (nested !== undefined) checkRules(nested, value[key], below(key), faults);
  }
}

function checkCombinations(rules: ValueRules, value: unknown, path: string, faults: FieldFault[]): void {
  const fits = (part: ValueRules) => fitsRules(part, value);
  const said = (rest: string) => invalidValue("<nil>", "", `"${path}" ${rest}`);
  // Where none of several fits, what is wrong by the first is said along.
  const first = (parts: readonly ValueRules[]) => {
    if (parts[0] !== undefined) checkRules(parts[0], value, path, faults);
  };
  const broken = (rules.allOf ?? []).filter((part) => !fits(part));
  for (const part of broken) checkRules(part, value, path, faults);
  if (broken.length > 0) faults.push(said("must validate all the schemas (allOf)"));
  if (rules.anyOf !== undefined && !rules.anyOf.some(fits)) {
    faults.push(said("must validate at least one schema (anyOf)"));
    first(rules.anyOf);
  }
  if (rules.oneOf !== undefined) {
    const count = rules.oneOf.filter(fits).length;
    if (count !== 1) {
      const found = count === 0 ? "none valid" : `${count} valid alternatives`;
      faults.push(said(`must validate one and only one schema (oneOf). Found ${found}`));
      if (count === 0) first(rules.oneOf);
    }
  }
  if (rules.not !== undefined && fits(rules.not)) faults.push(said("must not validate the schema (not)"));
}

function fitsRules(rules: ValueRules & { readonly type?: string }, value: unknown): boolean {
  if (rules.type !== undefined && !isJsonType(rules.type, value)) return false;
  const faults: FieldFault[] = [];
  checkRules(rules, value, "x", faults);
  return faults.length === 0;
}

function isJsonType(type: string, value: unknown): boolean {
  const found = jsonType(value);
  return found === type || (type === "number" && found === "integer");
}

/** What is wrong with a text's format; formats Kubernetes doesn't know are not checked. */
export function formatFault(format: string, value: string, path: string): FieldFault | undefined {
  if (!Object.hasOwn(formats, format) || formats[format]!(value)) return undefined;
  return wrongType(path, value, `${path} in body must be of type ${format}: ${JSON.stringify(value)}`);
}
