import { elementSize, spend } from "../template/budget.ts";
import type { Value } from "../template/values.ts";
import { isEmpty } from "./convert.ts";

/**
 * Merges a map into another as mergo 1.0 does, whose rules sprig's merge functions have: what the target
 * lacks or has empty is taken over; with `overwrite` everything is, an empty value too. Maps are merged all
 * the way down, slices replaced. Values are shared with the source, not copied.
 */
export function mergeInto(target: Map<string, Value>, source: Map<string, Value>, overwrite: boolean): void {
  // The keys it has now: the source may be a part of the target, and grow.
  for (const key of [...source.keys()]) {
    const value = source.get(key);
    spend(elementSize);
    const existing = target.get(key);
    if (value === null || value === undefined) {
      if (overwrite) target.set(key, null);
      continue;
    }
    const isSlice = Array.isArray(value) || value instanceof Uint8Array;
    if (value instanceof Map && existing instanceof Map) mergeInto(existing, value, overwrite);
    if (isSlice && (overwrite || target.size === 0)) target.set(key, value);
    if (!isEmpty(existing) && (isSlice || (value instanceof Map && existing instanceof Map))) continue;
    if (overwrite || isEmpty(existing)) target.set(key, value);
  }
}
