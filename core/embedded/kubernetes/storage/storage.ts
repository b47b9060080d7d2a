import { type Clock, rfc3339 } from "@catalyst/base/clock";
import { CatalystError } from "@catalyst/base/errors";
import type { Statement, Store } from "@catalyst/embedded-store";
import type { KubeObject } from "@catalyst/ports/kubernetes";
import { Change, type Write } from "./change.ts";
import { type ChangeListener, Collection } from "./collection.ts";
import { deepFreeze, type Entry } from "./entry.ts";
import { History } from "./history.ts";
import { loadAll } from "./load.ts";
import { area, deleteObject, insertObject, moveRevision, updateObject } from "./schema.ts";
import { Snapshots } from "./snapshots.ts";

/** Largest object stored, in bytes of JSON: etcd's request limit. */
export const objectLimit = 1.5 * 1024 * 1024;

/** Entries by the resource they are stored under. */
export type SharedEntries = ReadonlyMap<string, readonly Entry[]>;

/** A cluster as it is stored. */
export interface ClusterRecord {
  readonly name: string;
  /** Tells a cluster from an earlier one of the same name. */
  readonly uid: string;
  readonly createdAt: string;
  /** The key that signs its ServiceAccount tokens, PKCS #8 PEM. */
  readonly signingKey: string;
}

/**
 * The objects of all clusters: in memory as of the last COMMIT, and in the store. One revision counts the
 * changes of all clusters. What a read or a listener sees is durable.
 */
export class Storage {
  readonly history: History;
  readonly snapshots: Snapshots;
  readonly clusters = new Map<string, ClusterRecord>();
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #collections = new Map<string, Map<string, Collection>>();
  /** What every cluster has from the beginning (row number 0), until it has its own. */
  readonly #shared: SharedEntries;
  /** Listeners to a resource in all clusters, and to everything (the empty name). */
  readonly #everywhere = new Map<string, Set<ChangeListener>>();
  /** The revision at start: what was deleted before isn't known. */
  readonly #loaded: number;
  #visible: number;
  #assigned: number;

  private constructor(store: Store, clock: Clock, revision: number, shared: SharedEntries) {
    this.#shared = shared;
    this.#store = store;
    this.#clock = clock;
    this.#loaded = revision;
    this.#visible = revision;
    this.#assigned = revision;
    this.history = new History(revision);
    this.snapshots = new Snapshots(this.history);
  }

  /**
   * Reads everything that is stored. `shared` makes the entries every cluster has, given when the first cluster
   * was made. Throws `store-damaged` when a row was altered.
   */
  static async open(
    store: Store,
    clock: Clock,
    shared: (createdAt: string) => SharedEntries = () => new Map(),
  ): Promise<Storage> {
    await store.define(area);
    const { revision, clusters, objects } = await loadAll(store);
    const createdAt = clusters[0]?.createdAt ?? rfc3339(clock.now());
    const storage = new Storage(store, clock, revision, shared(createdAt));
    for (const cluster of clusters) storage.clusters.set(cluster.name, cluster);
    for await (const { cluster, resource, entry } of objects) {
      const namespaced = entry.object.metadata.namespace !== undefined;
      storage.collection(cluster, resource, namespaced).put(entry);
    }
    return storage;
  }

  /** The revision of the last committed change. */
  get revision(): number {
    return this.#visible;
  }

  collection(cluster: string, resource: string, namespaced: boolean): Collection {
    let collections = this.#collections.get(cluster);
    if (collections === undefined) {
      collections = new Map();
      this.#collections.set(cluster, collections);
    }
    let collection = collections.get(resource);
    if (collection === undefined) {
      collection = new Collection(cluster, resource, namespaced, this.#loaded);
      for (const entry of this.#shared.get(resource) ?? []) collection.put(entry);
      collections.set(resource, collection);
    }
    return collection;
  }

  /** A collection that was looked at or written before. */
  held(cluster: string, resource: string): Collection | undefined {
    return this.#collections.get(cluster)?.get(resource);
  }

  /** What every cluster has from the beginning. */
  get shared(): SharedEntries {
    return this.#shared;
  }

  /** Whether a key is one every cluster has, even if this cluster changed its own. */
  isShared(resource: string, key: string): boolean {
    return this.#shared.get(resource)?.some((entry) => entry.key === key) ?? false;
  }

  /** The collections of a cluster that were ever looked at or written. */
  collectionsOf(cluster: string): readonly Collection[] {
    return [...(this.#collections.get(cluster)?.values() ?? [])];
  }

  /** Listens to a resource (`group/plural`; the empty text: all) in every cluster. Call the result to stop. */
  listenEverywhere(resource: string, listener: ChangeListener): () => void {
    const listeners = this.#everywhere.get(resource) ?? new Set();
    this.#everywhere.set(resource, listeners);
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  /**
   * Does writes, all or none, and shows them once they are durable; gives an entry per write. The caller holds
   * the keys (Collection.exclusively). Throws `kubernetes-object-too-large`, `kubernetes-cluster-gone`, or what
   * Store.write throws.
   */
  async write(writes: readonly Write[], also: readonly Statement[] = []): Promise<readonly Entry[]> {
    for (const { collection } of writes) {
      if (this.#collections.get(collection.cluster)?.get(collection.resource) === collection) continue;
      throw new CatalystError("kubernetes-cluster-gone", `the cluster ${collection.cluster} was removed`);
    }
    return this.#commit(writes, also);
  }

  async #commit(writes: readonly Write[], also: readonly Statement[]): Promise<readonly Entry[]> {
    const texts = writes.map((write) => this.#stamp(write));
    const statements = texts.map(({ write, entry, text }) => {
      if (write.object === undefined) return deleteObject(entry.id);
      return write.previous === undefined || write.previous.id === 0
        ? insertObject(write.collection, entry, text)
        : updateObject(entry, text);
    });
    await this.#store.write([...statements, ...also, moveRevision(this.#assigned)]);
    const time = this.#clock.now();
    for (const { write, entry, text } of texts) this.#show(new Change(write, entry, time, text.length));
    return texts.map(({ entry }) => entry);
  }

  #stamp(write: Write): { write: Write; entry: Entry; text: string } {
    const { object, previous, last } = write;
    const state = (object ?? last ?? previous?.object) as KubeObject;
    const revision = this.#assigned + 1;
    const stamped = {
      ...state,
      metadata: { ...state.metadata, resourceVersion: String(revision) },
    } as KubeObject;
    const text = JSON.stringify(stamped);
    if (object !== undefined && text.length > objectLimit) {
      throw new CatalystError(
        "kubernetes-object-too-large",
        `the object is larger than ${objectLimit} bytes`,
      );
    }
    this.#assigned = revision;
    return {
      write,
      text,
      entry: { id: previous?.id || revision, key: write.key, object: deepFreeze(stamped), revision },
    };
  }

  #show(change: Change): void {
    const { collection, entry } = change;
    if (change.deleted) collection.remove(entry);
    else collection.put(entry);
    this.#visible = change.revision;
    this.history.push(change);
    for (const listener of collection.listeners) listener(change);
    for (const listener of this.#everywhere.get(collection.resource) ?? []) listener(change);
    for (const listener of this.#everywhere.get("") ?? []) listener(change);
  }

  /** Remembers a cluster; its first objects can be written with it. */
  async addCluster(record: ClusterRecord, writes: readonly Write[], statement: Statement): Promise<void> {
    await this.write(writes, [statement]);
    this.clusters.set(record.name, record);
  }

  /**
   * Forgets a cluster and everything in it, as deletions that listeners everywhere see. Writes to it that come
   * later are refused; those under way are waited for, so that nothing of it is left over.
   */
  async removeCluster(name: string, statement: Statement): Promise<void> {
    const collections = this.#collections.get(name) ?? new Map<string, Collection>();
    this.#collections.delete(name);
    try {
      await this.#store.write([]);
      const writes = [...collections.values()].flatMap((collection) =>
        collection
          .list()
          .filter((entry) => entry.id !== 0)
          .map((entry): Write => ({ collection, key: entry.key, object: undefined, previous: entry })),
      );
      await this.#commit(writes, [statement]);
      this.clusters.delete(name);
    } catch (error) {
      this.#collections.set(name, collections);
      throw error;
    }
  }
}
