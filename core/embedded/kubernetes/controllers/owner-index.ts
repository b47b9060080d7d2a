import type { Collection } from "../storage/collection.ts";
import type { Entry } from "../storage/entry.ts";

/** Where a dependent is. */
export interface Place {
  readonly collection: Collection;
  readonly key: string;
}

/** Which objects of a cluster name which owners. */
export class OwnerIndex {
  readonly #dependents = new Map<string, Map<string, Place>>();

  /** Takes a change of one object in: what it named before, what it names now. */
  move(collection: Collection, before: Entry | undefined, after: Entry | undefined): void {
    for (const uid of owners(before)) this.#remove(uid, placeKey(collection, before!.key));
    for (const uid of owners(after)) this.#add(uid, { collection, key: after!.key });
  }

  /** The objects that name `uid` as an owner. */
  of(uid: string): readonly Place[] {
    return [...(this.#dependents.get(uid)?.values() ?? [])];
  }

  #add(uid: string, place: Place): void {
    let places = this.#dependents.get(uid);
    if (places === undefined) {
      places = new Map();
      this.#dependents.set(uid, places);
    }
    places.set(placeKey(place.collection, place.key), place);
  }

  #remove(uid: string, key: string): void {
    const places = this.#dependents.get(uid);
    places?.delete(key);
    if (places?.size === 0) this.#dependents.delete(uid);
  }
}

function owners(entry: Entry | undefined): readonly string[] {
  return entry?.object.metadata.ownerReferences?.map((reference) => reference.uid) ?? [];
}

function placeKey(collection: Collection, key: string): string {
  return `${collection.resource}\n${key}`;
}
