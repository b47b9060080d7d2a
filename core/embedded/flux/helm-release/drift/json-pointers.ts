import { isObject } from "@catalyst/base/json";

/**
 * Gives an object with what another has at JSON pointers in the place of its own, and without what the other hasn't:
 * there the two are alike then, and everything else stays where it is. Of a part that one of the two doesn't have
 * nothing is ignored.
 */
export function withPathsOf<T>(object: T, other: unknown, pointers: readonly string[]): T {
  if (pointers.length === 0) return object;
  const copy = structuredClone(object);
  for (const pointer of pointers) {
    const [, ...keys] = pointer.split("/").map((key) => key.replaceAll("~1", "/").replaceAll("~0", "~"));
    const last = keys.pop();
    if (last !== undefined) putFrom(partAt(copy, keys), partAt(other, keys), last);
  }
  return copy;
}

type Part = unknown[] | Record<string, unknown>;

function partAt(value: unknown, keys: readonly string[]): Part | undefined {
  let part: unknown = value;
  for (const key of keys) {
    if (!isPart(part)) return undefined;
    const at = placeIn(part, key);
    part = at === undefined ? undefined : (part as Record<string, unknown>)[at];
  }
  return isPart(part) ? part : undefined;
}

function isPart(value: unknown): value is Part {
  return Array.isArray(value) || isObject(value);
}

/** Where a key leads in a list or an object; undefined: nowhere. */
function placeIn(part: Part, key: string): string | undefined {
  if (!Array.isArray(part)) return Object.hasOwn(part, key) ? key : undefined;
  if (!/^-?\d+$/.test(key)) return undefined;
  const index = Number(key) < 0 ? part.length + Number(key) : Number(key);
  return index >= 0 && index < part.length ? String(index) : undefined;
}

function putFrom(part: Part | undefined, other: Part | undefined, key: string): void {
  if (part === undefined || other === undefined || Array.isArray(part) !== Array.isArray(other)) return;
  const [own, theirs] = [placeIn(part, key), placeIn(other, key)];
  if (theirs !== undefined) {
    const value = structuredClone((other as Record<string, unknown>)[theirs]);
    if (Array.isArray(part)) {
      // One that isn't there can't be put behind others.
      if (own !== undefined) part[Number(own)] = value;
    } else Object.defineProperty(part, key, { value, enumerable: true, configurable: true, writable: true });
  } else if (own !== undefined) {
    if (Array.isArray(part)) part.splice(Number(own), 1);
    else delete part[own];
  }
}
