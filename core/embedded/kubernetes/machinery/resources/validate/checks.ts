import { jsonEqual } from "@catalyst/base/json";
import type { FieldFault } from "../../status.ts";
import { immutable, invalidValue, required } from "../../validate/faults.ts";
import type { NameRule } from "../../validate/names.ts";
import { type Fields, number } from "../fields.ts";

/** What a rule finds wrong with a text. */
export function byRule(rule: NameRule, value: string, field: string): readonly FieldFault[] {
  return rule(value).map((fault) => invalidValue(field, value, fault));
}

/** The same for a text that has to be there. */
export function requiredByRule(rule: NameRule, value: string, field: string): readonly FieldFault[] {
  return value === "" ? [required(field)] : byRule(rule, value, field);
}

/** A number of at least 0. */
export function notNegative(object: Fields, key: string, path: string): readonly FieldFault[] {
  return atLeast(object, key, 0, path);
}

/** Fields an update may not change, of the object at `path`. */
export function unchanged(
  object: Fields,
  stored: Fields,
  path: string,
  ...keys: readonly string[]
): readonly FieldFault[] {
  return keys
    .filter((key) => !jsonEqual(object[key], stored[key]))
    .map((key) => invalidValue(path === "" ? key : `${path}.${key}`, object[key] ?? null, immutable));
}

/** A number that may not be below a limit. */
export function atLeast(object: Fields, key: string, limit: number, path: string): readonly FieldFault[] {
  const value = number(object, key);
  if (value === undefined || value >= limit) return [];
  return [invalidValue(`${path}.${key}`, value, `must be greater than or equal to ${limit}`)];
}
