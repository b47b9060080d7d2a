import { systemClock } from "@catalyst/base/clock";
import { CatalystError } from "@catalyst/base/errors";
import type { Row, Statement, Store } from "@catalyst/embedded-store";
import type { KubeObject } from "@catalyst/ports/kubernetes";
import { beforeEach, describe, expect, it } from "vitest";
import type { Change } from "./change.ts";
import type { Collection } from "./collection.ts";
import { Storage } from "./storage.ts";

/** A store whose commits end when and how the test says. */
class HeldStore implements Store {
  readonly dir = "/nowhere";
  readonly commits: { resolve(changes: readonly number[]): void; reject(error: unknown): void }[] = [];
  async define(): Promise<void> {}
  async check(): Promise<readonly string[]> {
    return [];
  }
  async close(): Promise<void> {}
  async read<R extends Row = Row>(sql: string): Promise<R[]> {
    return (sql.includes("FROM kubernetes_revision") ? [{ revision: 7 }] : []) as unknown as R[];
  }
  write(_statements: readonly Statement[]): Promise<readonly number[]> {
    return new Promise((resolve, reject) => this.commits.push({ resolve, reject }));
  }
}

const object = (name: string): KubeObject => ({ apiVersion: "v1", kind: "ConfigMap", metadata: { name } });
const full = new CatalystError("store-full", "the disk is full");

describe("commit, then show", () => {
  let store: HeldStore;
  let storage: Storage;
  let collection: Collection;
  let seen: Change[];
  beforeEach(async () => {
    store = new HeldStore();
    storage = await Storage.open(store, systemClock);
    collection = storage.collection("management", "/configmaps", false);
    seen = [];
    collection.listeners.add((change) => seen.push(change));
  });
  const put = (name: string) =>
    storage.write([{ collection, key: name, object: object(name), previous: collection.get(name) }]);

  it("shows nothing before the commit: neither object nor event nor revision", async () => {
    const writing = put("a");
    expect([collection.get("a"), seen, storage.revision]).toEqual([undefined, [], 7]);
    store.commits[0]!.resolve([1]);
    await writing;
    expect([collection.get("a")?.revision, seen.length, storage.revision]).toEqual([8, 1, 8]);
  });

  it("shows nothing of a failed commit, and goes on with a later revision", async () => {
    const failing = put("a");
    store.commits[0]!.reject(full);
    await expect(failing).rejects.toMatchObject({ code: "store-full" });
    expect([collection.get("a"), seen, storage.revision]).toEqual([undefined, [], 7]);
    const writing = put("a");
    store.commits[1]!.resolve([1]);
    await writing;
    expect(collection.get("a")?.object.metadata.resourceVersion).toBe("9");
    expect(collection.get("a")?.id).toBe(9);
  });

  it("keeps the object as it was when a change fails", async () => {
    const creating = put("a");
    store.commits[0]!.resolve([1]);
    await creating;
    const before = collection.get("a");
    const changing = put("a");
    store.commits[1]!.reject(full);
    await expect(changing).rejects.toThrow();
    expect(collection.get("a")).toBe(before);
  });

  it("removes a cluster with what is still being written to it, and takes nothing more", async () => {
    const removal = { sql: "DELETE FROM kubernetes_clusters WHERE name = ?", params: ["management"] };
    const types: string[] = [];
    storage.listenEverywhere("/configmaps", (change) => types.push(change.deleted ? "deleted" : "put"));
    const writing = put("late");
    const removing = storage.removeCluster("management", removal);
    await expect(put("later")).rejects.toMatchObject({ code: "kubernetes-cluster-gone" });
    for (let commit = 0; commit < 3; commit++) {
      store.commits[commit]!.resolve([1]);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await Promise.all([writing, removing]);
    expect(types).toEqual(["put", "deleted"]);
    expect(storage.collection("management", "/configmaps", false).size).toBe(0);
  });

  it("gives objects out that nobody can change", async () => {
    const writing = put("a");
    store.commits[0]!.resolve([1]);
    const [entry] = await writing;
    const metadata = entry!.object.metadata as { name: string };
    expect(() => {
      metadata.name = "b";
    }).toThrow(TypeError);
  });
});
