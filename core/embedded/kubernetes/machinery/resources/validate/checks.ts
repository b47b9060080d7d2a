import type { FieldFault } from "../../status.ts";
import { invalidValue, unsupported } from "../../validate/faults.ts";
import { type Fields, number, text } from "../fields.ts";

/** A number that may not be below a limit. */
export function atLeast(object: Fields, key: string, limit: number, path: string): readonly FieldFault[] {
  const value = number(object, key);
  if (value === undefined || value >= limit) return [];
  return [invalidValue(`${path}.${key}`, value, `must be greater than or equal to ${limit}`)];
}

/** A text that is one of a few, when it is set. */
export function oneOf(
  object: Fields,
  key: string,
  allowed: readonly string[],
  path: string,
): readonly FieldFault[] {
  const value = text(object, key);
  if (value === "" || allowed.includes(value)) return [];
  return [unsupported(path === "" ? key : `${path}.${key}`, value, allowed)];
}

/** The names of a list's objects. */
export function namesOf(list: readonly Fields[]): readonly string[] {
  return list.map((item) => text(item, "name"));
}
