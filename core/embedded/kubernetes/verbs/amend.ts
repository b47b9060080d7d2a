import type { KubeObject } from "@catalyst/ports/kubernetes";
import type { Cluster } from "../cluster/cluster.ts";
import type { ResourceKind } from "../machinery/index.ts";
import type { Parts } from "../server/parts.ts";
import type { Collection } from "../storage/collection.ts";
import { type Entry, keyFor } from "../storage/entry.ts";

/** Whether an object that is being deleted has nothing left to wait for. */
export function isFinished(object: KubeObject): boolean {
  const { deletionTimestamp, finalizers = [] } = object.metadata;
  if (deletionTimestamp === undefined || finalizers.length > 0) return false;
  const { deletionGracePeriodSeconds: grace } = object.metadata as {
    readonly deletionGracePeriodSeconds?: number;
  };
  if (grace !== undefined && grace > 0) return false;
  if (object.kind !== "Namespace" || object.apiVersion !== "v1") return true;
  const spec = object.spec as { readonly finalizers?: readonly string[] } | undefined;
  return (spec?.finalizers ?? []).length === 0;
}

/**
 * Writes the next state of a stored object, or removes it when its deletion only waited for that. The caller
 * holds the key. Gives the object as committed.
 */
export async function commitNext(
  parts: Pick<Parts, "storage">,
  collection: Collection,
  previous: Entry,
  object: KubeObject,
): Promise<KubeObject> {
  const { key } = previous;
  const write = isFinished(object)
    ? { collection, key, object: undefined, previous, last: object }
    : { collection, key, object, previous };
  const [entry] = await parts.storage.write([write]);
  return entry!.object;
}

/**
 * Changes a stored object on the server's own account: no field managers, no validation. `change` gives the
 * same object to leave it. Undefined when the object doesn't exist.
 */
export function amend(
  parts: Pick<Parts, "storage">,
  cluster: Cluster,
  kind: Pick<ResourceKind, "group" | "plural" | "namespaced">,
  at: { readonly namespace?: string | undefined; readonly name: string },
  change: (object: KubeObject) => KubeObject,
): Promise<KubeObject | undefined> {
  const collection = cluster.collection(kind);
  const key = keyFor(at.namespace, at.name);
  return collection.exclusively(key, async () => {
    const previous = collection.get(key);
    if (previous === undefined) return undefined;
    const next = change(previous.object);
    return next === previous.object ? next : commitNext(parts, collection, previous, next);
  });
}
