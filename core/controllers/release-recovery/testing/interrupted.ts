import type { ClusterClient } from "@catalyst/ports/kubernetes";

const writes: ReadonlySet<string> = new Set([
  "create",
  "update",
  "updateStatus",
  "mergePatch",
  "apply",
  "delete",
]);

/**
 * A client whose process dies: after `survived` writes, or before them where `survived` is 0, nothing it asks for
 * reaches the cluster any more. `died` says whether that happened.
 */
export function interrupted(
  client: ClusterClient,
  survived: number,
): { readonly client: ClusterClient; died(): boolean } {
  let written = 0;
  let dead = false;
  const proxy = new Proxy(client, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== "function") return value;
      return (...words: unknown[]) => {
        const isWrite = writes.has(String(name));
        if (isWrite && written >= survived) dead = true;
        if (dead) return Promise.reject(new Error("killed"));
        if (isWrite) written++;
        return Reflect.apply(value, target, words);
      };
    },
  });
  return { client: proxy, died: () => dead };
}

/** A client that calls `meddle` right before the write number `index`, counted from 0. */
export function meddled(client: ClusterClient, index: number, meddle: () => Promise<unknown>): ClusterClient {
  let written = 0;
  return new Proxy(client, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== "function") return value;
      return async (...words: unknown[]) => {
        if (writes.has(String(name)) && written++ === index) await meddle();
        return Reflect.apply(value, target, words);
      };
    },
  });
}
