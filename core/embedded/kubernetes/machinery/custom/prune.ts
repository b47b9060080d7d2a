import { isObject } from "@catalyst/base/json";
import { setOwn } from "../schema/own-key.ts";
import type { TypeSchema } from "../schema/type-schema.ts";

/**
 * Leaves out what a structural schema doesn't name, and remembers the paths. Gives a fresh value. Metadata of
 * the object itself is read elsewhere and kept here as it is.
 */
export function prune(type: TypeSchema, value: unknown, path: string, unknown: string[]): unknown {
  if (Array.isArray(value)) {
    return value.map((item, index) =>
      type.items === undefined ? copy(item) : prune(type.items, item, `${path}[${index}]`, unknown),
    );
  }
  if (!isObject(value)) return value;
  const kept: Record<string, unknown> = {};
  for (const key of Object.keys(value)) {
    const at = path === "" ? key : `${path}.${key}`;
    const item = value[key];
    const known = type.fields?.get(key)?.type ?? type.values;
    if (known !== undefined) setOwn(kept, key, prune(known, item, at, unknown));
    else if (type.preserveUnknown === true) {
      setOwn(kept, key, copy(item));
    } else unknown.push(at);
  }
  return kept;
}

function copy(value: unknown): unknown {
  return typeof value === "object" && value !== null ? structuredClone(value) : value;
}
