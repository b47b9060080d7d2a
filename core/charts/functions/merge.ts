import { elementSize, spend } from "../template/budget.ts";
import { typeName } from "../template/types.ts";
import { GoError, TypedMap, type Value } from "../template/values.ts";
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
    const set = (taken: Value) => {
      if (isTyped(target) && !isTyped(source)) refuse(target);
      target.set(key, taken);
    };
    if (value === null || value === undefined) {
      if (overwrite) set(null);
      continue;
    }
    const isSlice = Array.isArray(value) || value instanceof Uint8Array;
    if (value instanceof Map && existing instanceof Map) mergeInto(existing, value, overwrite);
    if (isSlice && (overwrite || target.size === 0)) set(value);
    if (!isEmpty(existing) && (isSlice || (value instanceof Map && existing instanceof Map))) continue;
    if (overwrite || isEmpty(existing)) set(value);
  }
}

/** Whether a map's elements are of a type of their own. */
function isTyped(map: Map<string, Value>): map is TypedMap {
  return map instanceof TypedMap && !map.isGeneric;
}

function refuse(target: TypedMap): never {
  const type = typeName(target.zero);
  throw new GoError(
    `reflect.Value.SetMapIndex: value of type interface {} is not assignable to type ${type}`,
  );
}
