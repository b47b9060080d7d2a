import type { KubeObject, OwnerReference } from "@catalyst/ports/kubernetes";
import { type Actor, controllerActor } from "../admission/attributes.ts";
import type { Cluster } from "../cluster/cluster.ts";
import type { Change } from "../storage/change.ts";
import type { Collection } from "../storage/collection.ts";
import { type Entry, keyFor } from "../storage/entry.ts";
import { amendAs } from "../verbs/amend-as.ts";
import { removeAs } from "../verbs/delete.ts";
import type { Propagation } from "../verbs/delete-options.ts";
import { OwnerIndex } from "./owner-index.ts";
import { ServerController } from "./server-controller.ts";

const orphan = "orphan";
const foreground = "foregroundDeletion";
/** Deleted uids remembered, for owners whose kind is gone with them. */
const rememberedUids = 10_000;

/**
 * Deletes what is left without an owner, and does what the finalizers of orphaning and foreground deletion ask.
 */
export class GarbageCollector extends ServerController<[resource: string, at: string]> {
  readonly #indexes = new WeakMap<Cluster, OwnerIndex>();
  readonly #gone = new Set<string>();

  begin(cluster: Cluster): void {
    for (const collection of this.scope.parts.storage.collectionsOf(cluster.name)) {
      for (const entry of collection.list()) {
        if (entry.object.metadata.ownerReferences !== undefined) {
          this.#index(cluster).move(collection, undefined, entry);
        }
        this.#look(cluster, collection, entry);
      }
    }
  }

  see(change: Change, cluster: Cluster): void {
    const { collection, entry, previous, deleted } = change;
    const before = previous?.object.metadata.ownerReferences;
    const after = deleted ? undefined : entry.object.metadata.ownerReferences;
    if (before !== undefined || after !== undefined) {
      this.#index(cluster).move(collection, previous, deleted ? undefined : entry);
    }
    if (!deleted) {
      if (before !== after || entry.object.metadata.deletionTimestamp !== undefined) {
        this.#look(cluster, collection, entry);
      }
      for (const reference of unblocked(before, after)) this.#lookAtOwner(cluster, entry.object, reference);
      return;
    }
    const { uid } = entry.object.metadata;
    this.#remember(uid!);
    for (const place of this.#indexes.get(cluster)?.of(uid!) ?? []) {
      this.#queueEntry(cluster, place.collection, place.key);
    }
    for (const reference of before ?? []) this.#lookAtOwner(cluster, entry.object, reference);
  }

  #index(cluster: Cluster): OwnerIndex {
    let index = this.#indexes.get(cluster);
    if (index === undefined) {
      index = new OwnerIndex();
      this.#indexes.set(cluster, index);
    }
    return index;
  }

  #remember(uid: string): void {
    this.#gone.add(uid);
    if (this.#gone.size > rememberedUids) this.#gone.delete(this.#gone.values().next().value!);
  }

  #queueEntry(cluster: Cluster, collection: Collection, key: string): void {
    this.add(cluster, collection.resource, key);
  }

  /** Queues an object that has owners or waits for its dependents. */
  #look(cluster: Cluster, collection: Collection, { key, object }: Entry): void {
    const { ownerReferences = [], finalizers = [], deletionTimestamp } = object.metadata;
    const waits =
      deletionTimestamp !== undefined && finalizers.some((name) => name === orphan || name === foreground);
    if (waits || ownerReferences.length > 0) this.#queueEntry(cluster, collection, key);
  }

  #lookAtOwner(cluster: Cluster, dependent: KubeObject, reference: OwnerReference): void {
    const owner = this.#find(cluster, dependent, reference);
    if (owner?.entry !== undefined) this.#look(cluster, owner.collection, owner.entry);
  }

  protected async reconcile(cluster: Cluster, resource: string, at: string): Promise<void> {
    const kind = cluster.kinds.findStored(resource);
    if (kind === undefined) return;
    const entry = cluster.collection(kind).get(at);
    if (entry === undefined) return;
    const { deletionTimestamp, finalizers = [] } = entry.object.metadata;
    if (deletionTimestamp === undefined) return this.#checkOwners(cluster, kind, entry.object);
    if (finalizers.includes(orphan)) await this.#orphan(cluster, kind, entry.object);
    if (finalizers.includes(foreground)) await this.#deleteDependents(cluster, kind, entry.object);
  }

  /**
   * Deletes an object none of whose owners is left; forgets the owners that are gone when others remain. Where an owner waits
   * for it, and it has dependents that wait too, they may own one another in a circle: it blocks its owners no more then, as
   * upstream has it.
   */
  async #checkOwners(cluster: Cluster, kind: Kind, object: KubeObject): Promise<void> {
    const references = object.metadata.ownerReferences ?? [];
    const states = references.map((reference) => this.#stateOf(cluster, object, reference));
    if (references.length === 0 || states.every((state) => state === "solid")) return;
    if (states.includes("solid")) {
      const left = new Set(references.filter((_, index) => states[index] === "solid").map(({ uid }) => uid));
      await amendAs(this.#actor(cluster, kind), object.metadata, (stored) =>
        withOwners(stored, (reference) => left.has(reference.uid)),
      );
      return;
    }
    const dependents = this.#dependents(cluster, object);
    if (!states.includes("waiting") || dependents.length === 0)
      return this.#remove(cluster, kind, object, undefined);
    if (dependents.some((dependent) => isDeletingDependents(dependent)))
      await amendAs(this.#actor(cluster, kind), object.metadata, withoutBlocking);
    await this.#remove(cluster, kind, object, "Foreground");
  }

  #dependents(cluster: Cluster, { metadata }: KubeObject): readonly KubeObject[] {
    const places = this.#index(cluster).of(metadata.uid!);
    return places.flatMap(({ collection, key }) => collection.get(key)?.object ?? []);
  }

  async #orphan(cluster: Cluster, kind: Kind, owner: KubeObject): Promise<void> {
    const { uid } = owner.metadata;
    for (const { collection, key } of this.#index(cluster).of(uid!)) {
      const dependent = collection.get(key)?.object;
      const dependentKind = cluster.kinds.findStored(collection.resource);
      if (dependent === undefined || dependentKind === undefined) continue;
      await amendAs(this.#actor(cluster, dependentKind), dependent.metadata, (stored) =>
        withOwners(stored, (reference) => reference.uid !== uid),
      );
    }
    await this.#unblock(cluster, kind, owner, orphan);
  }

  async #deleteDependents(cluster: Cluster, kind: Kind, owner: KubeObject): Promise<void> {
    const { uid } = owner.metadata;
    let isBlocked = false;
    for (const { collection, key } of this.#index(cluster).of(uid!)) {
      const dependent = collection.get(key)?.object;
      if (dependent === undefined) continue;
      isBlocked ||= (dependent.metadata.ownerReferences ?? []).some(
        (item) => item.uid === uid && item.blockOwnerDeletion === true,
      );
      // One that waits itself tells its owner when it goes.
      if (!isDeletingDependents(dependent)) this.#queueEntry(cluster, collection, key);
    }
    if (!isBlocked) await this.#unblock(cluster, kind, owner, foreground);
  }

  async #unblock(cluster: Cluster, kind: Kind, owner: KubeObject, finalizer: string): Promise<void> {
    await amendAs(this.#actor(cluster, kind), owner.metadata, (stored) => {
      const { finalizers = [] } = stored.metadata;
      if (!finalizers.includes(finalizer)) return stored;
      return {
        ...stored,
        metadata: { ...stored.metadata, finalizers: finalizers.filter((name) => name !== finalizer) },
      };
    });
  }

  async #remove(cluster: Cluster, kind: Kind, object: KubeObject, propagation?: Propagation): Promise<void> {
    const options = { uid: object.metadata.uid, propagation };
    await removeAs(this.#actor(cluster, kind), object.metadata, options);
  }

  #actor(cluster: Cluster, kind: Kind): Actor {
    return controllerActor({ parts: this.scope.parts, cluster, kind }, "generic-garbage-collector");
  }

  #stateOf(cluster: Cluster, dependent: KubeObject, reference: OwnerReference): OwnerState {
    if (this.#gone.has(reference.uid)) return "gone";
    const owner = this.#find(cluster, dependent, reference);
    // Of a kind nobody serves, nothing can be said: better to keep too much than to delete too much.
    if (owner === undefined) return "solid";
    if (owner.entry?.object.metadata.uid !== reference.uid) return "gone";
    return isDeletingDependents(owner.entry.object) ? "waiting" : "solid";
  }

  #find(cluster: Cluster, dependent: KubeObject, reference: OwnerReference) {
    const kind = cluster.kinds.findKind(reference.apiVersion, reference.kind);
    if (kind === undefined) return undefined;
    const { namespace } = dependent.metadata;
    if (kind.namespaced && namespace === undefined) return undefined;
    const collection = cluster.collection(kind);
    const key = keyFor(kind.namespaced ? namespace : undefined, reference.name);
    return { collection, entry: collection.get(key) };
  }
}

type Kind = NonNullable<ReturnType<Cluster["kinds"]["findStored"]>>;

/** `waiting`: is being deleted in the foreground and waits for its dependents. */
type OwnerState = "solid" | "waiting" | "gone";

/** Whether an object is being deleted in the foreground, after its dependents. */
function isDeletingDependents({ metadata: { deletionTimestamp, finalizers = [] } }: KubeObject): boolean {
  return deletionTimestamp !== undefined && finalizers.includes(foreground);
}

/** The references that kept an owner, and don't any more. */
function unblocked(
  before: readonly OwnerReference[] = [],
  after: readonly OwnerReference[] = [],
): readonly OwnerReference[] {
  if (before === after) return [];
  const blocks = ({ blockOwnerDeletion }: OwnerReference) => blockOwnerDeletion === true;
  return before.filter((old) => blocks(old) && !after.some((now) => now.uid === old.uid && blocks(now)));
}

/** The object with owners that don't wait for it. */
function withoutBlocking(object: KubeObject): KubeObject {
  const { ownerReferences = [] } = object.metadata;
  if (!ownerReferences.some(({ blockOwnerDeletion }) => blockOwnerDeletion === true)) return object;
  const free = ownerReferences.map((reference) => ({ ...reference, blockOwnerDeletion: false }));
  return { ...object, metadata: { ...object.metadata, ownerReferences: free } };
}

function withOwners(object: KubeObject, keep: (reference: OwnerReference) => boolean): KubeObject {
  const { ownerReferences = [], ...metadata } = object.metadata;
  const kept = ownerReferences.filter(keep);
  if (kept.length === ownerReferences.length) return object;
  return { ...object, metadata: { ...metadata, ...(kept.length === 0 ? {} : { ownerReferences: kept }) } };
}
