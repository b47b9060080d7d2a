import { GoPanic, TypedList, TypedMap, typedList, type Value } from "./values.ts";

/** The nil []byte: it reads as an empty one but is `null` in JSON. */
export const nilBytes = new Uint8Array();

/** Makes a nil []interface{}. */
export function nilList(): TypedList {
  const list = typedList("[]interface {}", []);
  list.isNil = true;
  return list;
}

class NilMap extends TypedMap {
  override isNil = true;

  override set(): this {
    throw new GoPanic("assignment to entry in nil map");
  }
}

/** Makes a nil map[string]interface{}: it reads as an empty one and can't be written. */
export function nilMap(): TypedMap {
  return new NilMap("map[string]interface {}", []);
}

/** Tells whether a value is nil: absent, a nil interface, or a slice or map that is nil. */
export function isNil(value: Value): boolean {
  if (value instanceof TypedList || value instanceof TypedMap) return value.isNil;
  return value === null || value === undefined || value === nilBytes;
}
