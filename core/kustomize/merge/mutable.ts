import { isMapping, keepUnquoted, setField } from "../values/scalar.ts";

/** A mapping that only the merge under way has. */
export type MutableFields = Record<string, unknown>;

/** Copies a value so that the copy may be changed in place. */
export function mutableCopy(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(mutableCopy);
  if (!isMapping(value)) return value;
  const copy: MutableFields = {};
  for (const [name, item] of Object.entries(value)) setField(copy, name, mutableCopy(item));
  keepUnquoted(value, copy);
  return copy;
}
