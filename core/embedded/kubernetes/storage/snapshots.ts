import type { Collection } from "./collection.ts";
import type { Entry } from "./entry.ts";
import type { History } from "./history.ts";

/** Lists kept for those who read them in pieces: at most this many. */
const countLimit = 64;

interface Snapshot {
  readonly collection: Collection;
  readonly namespace: string;
  readonly revision: number;
  readonly entries: readonly Entry[];
}

/** Lists as they were at a revision, for as long as the history of changes reaches back. */
export class Snapshots {
  readonly #history: History;
  #kept: Snapshot[] = [];

  constructor(history: History) {
    this.#history = history;
  }

  /** Holds a list for a while; the arrays are shared with the collection, so it costs nothing until that changes. */
  keep(collection: Collection, namespace: string, revision: number, entries: readonly Entry[]): void {
    if (this.#find(collection, namespace, revision) !== undefined) return;
    this.#kept = this.#kept.filter((item) => item.revision >= this.#history.compacted);
    this.#kept.push({ collection, namespace, revision, entries });
    if (this.#kept.length > countLimit) this.#kept.shift();
  }

  /**
   * A collection, or a namespace of it (empty: all), as of a revision that was reached; undefined when that is no
   * longer known at `now`.
   */
  at(collection: Collection, namespace: string, revision: number, now: number): readonly Entry[] | undefined {
    this.#history.compact(now);
    const changes = this.#history.after(revision);
    if (changes === undefined) return undefined;
    if (collection.lastRevision <= revision) return collection.list(namespace);
    const known = this.#find(collection, namespace, revision);
    if (known !== undefined) return known.entries;
    const entries = new Map(collection.list(namespace).map((entry) => [entry.key, entry]));
    for (const { collection: changed, entry, previous } of changes.toReversed()) {
      if (changed !== collection) continue;
      if (namespace !== "" && !entry.key.startsWith(`${namespace}/`)) continue;
      if (previous === undefined) entries.delete(entry.key);
      else entries.set(entry.key, previous);
    }
    const sorted = [...entries.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
    this.keep(collection, namespace, revision, sorted);
    return sorted;
  }

  #find(collection: Collection, namespace: string, revision: number): Snapshot | undefined {
    return this.#kept.find(
      (item) => item.collection === collection && item.namespace === namespace && item.revision === revision,
    );
  }
}
