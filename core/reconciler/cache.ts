import type { ClusterName, KubeObject, ObjectKey, ResourceType } from "@catalyst/ports/kubernetes";
import type { ObjectCache } from "./reconciler.ts";

/** `Kind.group`: what a cache is kept per; versions of one kind share it. */
export function typeKey(type: Pick<ResourceType, "group" | "kind">): string {
  return `${type.kind}.${type.group}`;
}

interface Table {
  /** By namespace (empty for cluster-wide kinds), then by name. */
  readonly namespaces: Map<string, Map<string, KubeObject>>;
  /** By the uid of the controlling owner; those without one by their namespace (see `ownerKey`). */
  readonly owned: Map<string, Set<KubeObject>>;
}

/** The objects of every watched kind, in memory; changed by reflectors alone. */
export class CachedObjects implements ObjectCache {
  readonly #tables = new Map<string, Map<ClusterName, Table>>();

  get<T extends KubeObject>(cluster: ClusterName, type: ResourceType<T>, key: ObjectKey): T | undefined {
    return this.#table(cluster, type)
      ?.namespaces.get(key.namespace ?? "")
      ?.get(key.name) as T | undefined;
  }

  list<T extends KubeObject>(cluster: ClusterName, type: ResourceType<T>, namespace?: string): readonly T[] {
    const table = this.#table(cluster, type);
    if (table === undefined) return [];
    if (namespace !== undefined) return [...(table.namespaces.get(namespace)?.values() ?? [])] as T[];
    return [...table.namespaces.values()].flatMap((objects) => [...objects.values()]) as T[];
  }

  ownedBy<T extends KubeObject>(cluster: ClusterName, type: ResourceType<T>, ownerUid: string): readonly T[] {
    return [...(this.#table(cluster, type)?.owned.get(ownerUid) ?? [])] as T[];
  }

  orphans<T extends KubeObject>(
    cluster: ClusterName,
    type: ResourceType<T>,
    namespace: string | undefined,
  ): readonly T[] {
    return [...(this.#table(cluster, type)?.owned.get(orphanKey(namespace)) ?? [])] as T[];
  }

  /** Takes an object in; gives what it replaces. */
  put(cluster: ClusterName, type: ResourceType, object: KubeObject): KubeObject | undefined {
    const table = this.#tableFor(cluster, type);
    const namespace = object.metadata.namespace ?? "";
    const objects = getOrMake(table.namespaces, namespace, () => new Map<string, KubeObject>());
    const previous = objects.get(object.metadata.name);
    objects.set(object.metadata.name, object);
    if (previous !== undefined) unown(table, previous);
    own(table, object);
    return previous;
  }

  remove(cluster: ClusterName, type: ResourceType, object: KubeObject): KubeObject | undefined {
    const table = this.#table(cluster, type);
    const namespace = object.metadata.namespace ?? "";
    const objects = table?.namespaces.get(namespace);
    const previous = objects?.get(object.metadata.name);
    if (table === undefined || objects === undefined || previous === undefined) return undefined;
    objects.delete(object.metadata.name);
    if (objects.size === 0) table.namespaces.delete(namespace);
    unown(table, previous);
    return previous;
  }

  /** All objects of a kind, over all clusters. */
  *everywhere(type: ResourceType): Generator<{ readonly cluster: ClusterName; readonly object: KubeObject }> {
    for (const [cluster, table] of this.#tables.get(typeKey(type)) ?? []) {
      for (const objects of table.namespaces.values())
        for (const object of objects.values()) yield { cluster, object };
    }
  }

  #table(cluster: ClusterName, type: ResourceType): Table | undefined {
    return this.#tables.get(typeKey(type))?.get(cluster);
  }

  #tableFor(cluster: ClusterName, type: ResourceType): Table {
    const clusters = getOrMake(this.#tables, typeKey(type), () => new Map<ClusterName, Table>());
    return getOrMake(clusters, cluster, (): Table => ({ namespaces: new Map(), owned: new Map() }));
  }
}

function getOrMake<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}

/** No uid begins so. */
function orphanKey(namespace = ""): string {
  return `orphan/${namespace}`;
}

function ownerKey(object: KubeObject): string {
  const { ownerReferences, namespace } = object.metadata;
  return ownerReferences?.find((owner) => owner.controller === true)?.uid ?? orphanKey(namespace);
}

function own(table: Table, object: KubeObject): void {
  getOrMake(table.owned, ownerKey(object), () => new Set<KubeObject>()).add(object);
}

function unown(table: Table, object: KubeObject): void {
  const key = ownerKey(object);
  const objects = table.owned.get(key);
  if (objects === undefined) return;
  objects.delete(object);
  if (objects.size === 0) table.owned.delete(key);
}
