import type { FieldFault } from "../../status.ts";
import { invalidValue } from "../../validate/faults.ts";
import { type Fields, number } from "../fields.ts";

/** A number that may not be below a limit. */
export function atLeast(object: Fields, key: string, limit: number, path: string): readonly FieldFault[] {
  const value = number(object, key);
  if (value === undefined || value >= limit) return [];
  return [invalidValue(`${path}.${key}`, value, `must be greater than or equal to ${limit}`)];
}
