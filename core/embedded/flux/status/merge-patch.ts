import { isObject, jsonEqual } from "@catalyst/base/json";

/**
 * Gives the JSON merge patch (RFC 7386) that turns `before` into `after`; undefined when they are equal. A field
 * that is undefined counts as absent.
 */
export function mergePatchOf(
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> | undefined {
  const patch: Record<string, unknown> = {};
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const was = before[key];
    const is = after[key];
    if (is === undefined) {
      if (was !== undefined) patch[key] = null;
    } else if (isObject(was) && isObject(is)) {
      const inner = mergePatchOf(was, is);
      if (inner !== undefined) patch[key] = inner;
    } else if (!jsonEqual(was, is)) {
      patch[key] = is;
    }
  }
  return Object.keys(patch).length === 0 ? undefined : patch;
}
