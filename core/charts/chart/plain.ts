import { GoObject, Integer, type Value } from "../template/values.ts";

/** Turns a value into plain JSON: maps become objects, integers numbers. */
export function toPlainJson(value: Value): unknown {
  if (value === undefined || value === null) return null;
  if (value instanceof Map) {
    const plain: Record<string, unknown> = {};
    for (const [key, item] of value) {
      // Defined rather than assigned, so that __proto__ is a key like any other.
      Object.defineProperty(plain, key, {
        value: toPlainJson(item),
        enumerable: true,
        writable: true,
        configurable: true,
      });
    }
    return plain;
  }
  if (Array.isArray(value)) return value.map(toPlainJson);
  if (value instanceof Integer) return Number(value.value);
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  return value instanceof GoObject ? toPlainJson(value.toJson()) : value;
}
