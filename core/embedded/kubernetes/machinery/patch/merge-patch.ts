import { isObject } from "@catalyst/base/json";

/** Applies a JSON merge patch (RFC 7386) to a document that isn't changed; what isn't touched is shared. */
export function applyMergePatch(document: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch;
  const merged: Record<string, unknown> = isObject(document) ? { ...document } : {};
  for (const key of Object.keys(patch)) {
    const value = patch[key];
    if (value === null) delete merged[key];
    else {
      Object.defineProperty(merged, key, {
        value: applyMergePatch(Object.hasOwn(merged, key) ? merged[key] : undefined, value),
        enumerable: true,
        configurable: true,
        writable: true,
      });
    }
  }
  return merged;
}
