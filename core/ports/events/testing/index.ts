import { CatalystError } from "@catalyst/base/errors";
import type { KeyValue } from "../index.ts";

/** A bucket in memory; `kept` is what it holds, as it would be stored. */
export function memoryBucket(): KeyValue & { readonly kept: ReadonlyMap<string, string> } {
  const kept = new Map<string, string>();
  const revisions = new Map<string, number>();
  let last = 0;
  const keep = (key: string, value: unknown, revision: number) => {
    kept.set(key, JSON.stringify(value));
    revisions.set(key, revision);
  };
  const entry = (key: string) => ({
    key,
    value: JSON.parse(kept.get(key) ?? "null") as unknown,
    revision: revisions.get(key) ?? 0,
  });
  return {
    kept,
    get: async (key) => (kept.has(key) ? entry(key) : undefined),
    put: async (key, value, expected) => {
      if (expected !== undefined && expected !== (revisions.get(key) ?? 0))
        throw new CatalystError("events-conflict", `${key} isn't at revision ${expected}`);
      keep(key, value, ++last);
      return last;
    },
    putAll: async (entries) => {
      last++;
      for (const { key, value } of entries) keep(key, value, last);
    },
    delete: async (key) => {
      kept.delete(key);
      revisions.delete(key);
    },
    entries: async function* (prefix = "") {
      for (const key of [...kept.keys()].sort()) if (key.startsWith(prefix)) yield entry(key);
    },
  };
}
