import { formatValue, textOf } from "../template/format.ts";
import { parseFloat64, parseInteger } from "../template/numbers.ts";
import { kindName } from "../template/types.ts";
import { GoError, GoObject, Integer, type Value } from "../template/values.ts";

const maxInt64 = 2n ** 63n - 1n;
const minInt64 = -(2n ** 63n);

/** Makes an int64 of anything, 0 where nothing fits (spf13/cast, which sprig uses). */
export function toInt64(value: Value): bigint {
  if (value instanceof Integer) {
    return value.type === "time.Duration" ? 0n : BigInt.asIntN(64, value.value);
  }
  if (typeof value === "number") return floatToInt(value);
  if (typeof value === "boolean") return value ? 1n : 0n;
  if (typeof value !== "string") return 0n;
  const parsed = parseInteger(value.replace(/\.0+$/, ""));
  return parsed === undefined || parsed > maxInt64 || parsed < minInt64 ? 0n : parsed;
}

/** Cuts a float to an int64; what doesn't fit becomes the smallest one, as on amd64. */
export function floatToInt(value: number): bigint {
  if (!Number.isFinite(value) || Math.abs(value) >= 2 ** 63) return minInt64;
  return BigInt(Math.trunc(value));
}

/** Makes a float64 of anything, 0 where nothing fits. */
export function toFloat64(value: Value): number {
  if (typeof value === "number") return value;
  if (value instanceof Integer) return value.type === "time.Duration" ? 0 : Number(value.value);
  if (typeof value === "boolean") return value ? 1 : 0;
  return typeof value === "string" ? (parseFloat64(value) ?? 0) : 0;
}

/** Makes a list of texts: nil elements are left out, a single value becomes a list of one. */
export function toStrings(value: Value): string[] {
  if (value === null || value === undefined) return [];
  if (Array.isArray(value)) return value.filter((item) => item !== null && item !== undefined).map(textOf);
  if (value instanceof Uint8Array) return [...value].map(String);
  return [textOf(value)];
}

/** Tells whether a value is its type's zero; structs never are. */
export function isEmpty(value: Value): boolean {
  if (value === null || value === undefined || value === "" || value === false || value === 0) return true;
  if (value instanceof Map) return value.size === 0;
  if (Array.isArray(value) || value instanceof Uint8Array) return value.length === 0;
  return value instanceof Integer && value.value === 0n;
}

/** Gives the elements of a slice. Throws GoError naming what was asked. */
export function elements(value: Value, problem: string): Value[] {
  if (Array.isArray(value)) return value;
  if (value instanceof Uint8Array) return [...value].map((byte) => new Integer(BigInt(byte), "uint8"));
  if (value === null || value === undefined) {
    throw new GoError("runtime error: invalid memory address or nil pointer dereference");
  }
  throw new GoError(problem.replace("%s", kindName(value)));
}

/** A value as %v, with structs and all. */
export function printed(value: Value): string {
  return value instanceof GoObject ? textOf(value) : formatValue(value);
}
