import { StatusError } from "../machinery/index.ts";
import type { Collection } from "./collection.ts";
import type { Entry } from "./entry.ts";

/** Lists kept for those who read them in pieces: at most this many … */
const countLimit = 64;

interface Snapshot {
  readonly collection: Collection;
  readonly namespace: string;
  readonly revision: number;
  readonly entries: readonly Entry[];
}

/** Lists as they were at a revision. */
export class Snapshots {
  readonly #snapshots: Snapshot[] = [];

  /** Holds a list for a while; the arrays are shared with the collection, so it costs nothing until that changes. */
  keep(
    collection: Collection,
    namespace: string | undefined,
    revision: number,
    entries: readonly Entry[],
  ): void {
    const snapshot = { collection, namespace: namespace ?? "", revision, entries };
    if (this.#find(collection, snapshot.namespace, revision) !== undefined) return;
    this.#snapshots.push(snapshot);
    if (this.#snapshots.length > countLimit) this.#snapshots.shift();
  }

  /** A collection as of a revision. Throws StatusError 410 when that is no longer known. */
  at(collection: Collection, namespace: string | undefined, revision: number): readonly Entry[] {
    if (collection.lastRevision <= revision) return collection.list(namespace);
    const snapshot = this.#find(collection, namespace ?? "", revision);
    if (snapshot !== undefined) return snapshot.entries;
    throw new StatusError(
      410,
      "Expired",
      "The provided continue parameter or resource version is too old to display a consistent list result. " +
        "You must start a new list without it.",
    );
  }

  #find(collection: Collection, namespace: string, revision: number): Snapshot | undefined {
    return this.#snapshots.find(
      (item) => item.collection === collection && item.namespace === namespace && item.revision === revision,
    );
  }
}
