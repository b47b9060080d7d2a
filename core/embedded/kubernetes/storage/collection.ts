import type { Change } from "./change.ts";
import type { Entry } from "./entry.ts";

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
  /** Sorted lists as of now, by namespace; the empty name holds all. */
  readonly #sorted = new Map<string, readonly Entry[]>();
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
    const known = this.#sorted.get(namespace);
    if (known !== undefined) return known;
    const entries = namespace === "" ? this.#entries : this.#namespaces.get(namespace);
    const sorted = [...(entries?.values() ?? [])].sort((a, b) => (a.key < b.key ? -1 : 1));
    this.#sorted.set(namespace, sorted);
    return sorted;
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
    this.#changed(entry, (names) => names.set(entry.key, entry));
  }

  /** Removes a committed deletion's entry; only the storage calls this. */
  remove(entry: Entry): void {
    this.#entries.delete(entry.key);
    this.#changed(entry, (names) => names.delete(entry.key));
  }

  #changed(entry: Entry, change: (names: Map<string, Entry>) => void): void {
    if (entry.revision > this.lastRevision) this.lastRevision = entry.revision;
    this.#sorted.delete("");
    if (!this.namespaced) return;
    const namespace = entry.key.slice(0, entry.key.indexOf("/"));
    this.#sorted.delete(namespace);
    let names = this.#namespaces.get(namespace);
    if (names === undefined) {
      names = new Map();
      this.#namespaces.set(namespace, names);
    }
    change(names);
    if (names.size === 0) this.#namespaces.delete(namespace);
  }
}

function ignore(): void {}
