import { isObject } from "@catalyst/base/json";

/** The value at a path of objects; undefined where there is none. */
export function getPath(value: unknown, path: readonly string[]): unknown {
  let current = value;
  for (const key of path) {
    if (!isObject(current) || !Object.hasOwn(current, key)) return undefined;
    current = current[key];
  }
  return current;
}

/** Sets a value by its path, or takes it away when it is undefined. */
export function setPath(target: Record<string, unknown>, path: readonly string[], value: unknown): void {
  const [key, ...rest] = path;
  if (key === undefined || key === "__proto__") return;
  if (rest.length === 0) {
    if (value === undefined) delete target[key];
    else target[key] = value;
    return;
  }
  const next = isObject(target[key]) ? (target[key] as Record<string, unknown>) : {};
  target[key] = next;
  setPath(next, rest, value);
}

/** Lays one object over another: what is above wins, and objects are merged all the way down. */
export function laidOver(below: Readonly<Record<string, unknown>>, above: object): Record<string, unknown> {
  const merged = new Map(Object.entries(below));
  for (const [key, value] of Object.entries(above)) {
    const under = merged.get(key);
    merged.set(key, isObject(value) && isObject(under) ? laidOver(under, value) : value);
  }
  return Object.fromEntries(merged);
}
