import type { Change } from "./change.ts";
import type { Entry } from "./entry.ts";
import { SortedList } from "./sorted-list.ts";

/** Receives the committed changes of a collection, in order. */
export type ChangeListener = (change: Change) => void;

/** All objects of one resource (in any version) of one cluster, as committed. */
export class Collection {
  readonly cluster: string;
  /** `group/plural`; the group is empty for core. */
  readonly resource: string;
  readonly namespaced: boolean;
  /** The revision of the last change. */
  lastRevision: number;
  readonly listeners = new Set<ChangeListener>();
  readonly #entries = new Map<string, Entry>();
  readonly #namespaces = new Map<string, Map<string, Entry>>();
  /** Lists as they were last asked for, by namespace; the empty name holds all. */
  readonly #sorted = new Map<string, SortedList>();
  readonly #locks = new Map<string, Promise<unknown>>();

  constructor(cluster: string, resource: string, namespaced: boolean, revision: number) {
    this.cluster = cluster;
    this.resource = resource;
    this.namespaced = namespaced;
    this.lastRevision = revision;
  }

  get size(): number {
    return this.#entries.size;
  }

  get(key: string): Entry | undefined {
    return this.#entries.get(key);
  }

  /** All entries, or a namespace's, in the order of their keys. The array is a snapshot and stays as it is. */
  list(namespace = ""): readonly Entry[] {
    let sorted = this.#sorted.get(namespace);
    if (sorted === undefined) {
      const entries = namespace === "" ? this.#entries : this.#namespaces.get(namespace);
      sorted = new SortedList(entries?.values() ?? []);
      this.#sorted.set(namespace, sorted);
    }
    return sorted.list();
  }

  /** Does `work` when no other work on this key is under way, so that it sees the result of what came before. */
  async exclusively<T>(key: string, work: () => Promise<T>): Promise<T> {
    const before = this.#locks.get(key);
    const run = before === undefined ? work() : before.then(work);
    const settled = run.then(ignore, ignore);
    this.#locks.set(key, settled);
    try {
      return await run;
    } finally {
      if (this.#locks.get(key) === settled) this.#locks.delete(key);
    }
  }

  /** Puts a committed entry in place; only the storage calls this. */
  put(entry: Entry): void {
    this.#entries.set(entry.key, entry);
    this.#changed(entry.key, entry);
  }

  /** Removes a committed deletion's entry; only the storage calls this. */
  remove(entry: Entry): void {
    this.#entries.delete(entry.key);
    if (entry.revision > this.lastRevision) this.lastRevision = entry.revision;
    this.#changed(entry.key, undefined);
  }

  #changed(key: string, entry: Entry | undefined): void {
    if (entry !== undefined && entry.revision > this.lastRevision) this.lastRevision = entry.revision;
    this.#keepSorted("", key, entry);
    if (!this.namespaced) return;
    const namespace = key.slice(0, key.indexOf("/"));
    this.#keepSorted(namespace, key, entry);
    let names = this.#namespaces.get(namespace);
    if (names === undefined) {
      names = new Map();
      this.#namespaces.set(namespace, names);
    }
    if (entry === undefined) names.delete(key);
    else names.set(key, entry);
    if (names.size > 0) return;
    this.#namespaces.delete(namespace);
    this.#sorted.delete(namespace);
  }

  #keepSorted(namespace: string, key: string, entry: Entry | undefined): void {
    const sorted = this.#sorted.get(namespace);
    if (sorted === undefined) return;
    sorted.change(key, entry);
    if (sorted.isOutdated) this.#sorted.delete(namespace);
  }
}

function ignore(): void {}
