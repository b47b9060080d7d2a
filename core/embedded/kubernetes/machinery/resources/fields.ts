import { isObject } from "@catalyst/base/json";

/** A JSON object that may be changed. */
export type Fields = Record<string, unknown>;

const none: Fields = Object.freeze({});

/** The object at a key; an empty one that must not be changed when there is none. */
export function at(object: unknown, ...keys: readonly string[]): Fields {
  let value: unknown = object;
  for (const key of keys) {
    if (!isObject(value)) return none;
    value = value[key];
  }
  return isObject(value) ? value : none;
}

/** The object at a key, made when there is none. */
export function ensure(object: Fields, key: string): Fields {
  const value = object[key];
  if (isObject(value)) return value;
  const made: Fields = {};
  object[key] = made;
  return made;
}

/** The objects of the list at a key. */
export function each(object: unknown, key: string): Fields[] {
  const value = isObject(object) ? object[key] : undefined;
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** Sets a key that isn't set. */
export function fill(object: Fields, key: string, value: unknown): void {
  if (object[key] === undefined || object[key] === null) object[key] = value;
}

/** The text at a key, or "". */
export function text(object: Fields, key: string): string {
  const value = object[key];
  return typeof value === "string" ? value : "";
}

/** The number at a key. */
export function number(object: Fields, key: string): number | undefined {
  const value = object[key];
  return typeof value === "number" ? value : undefined;
}

/** The texts of the list at a key. */
export function texts(object: Fields, key: string): readonly string[] {
  const value = object[key];
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}

/** The labels or another map of texts at a key. */
export function textMap(object: Fields, key: string): Readonly<Record<string, string>> {
  return at(object, key) as Record<string, string>;
}
