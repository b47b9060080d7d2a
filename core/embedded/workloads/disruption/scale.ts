import {
  type ClusterClient,
  type Deployment,
  deployments,
  type OwnerReference,
  type Pod,
  type ReplicaSet,
  type ReplicationController,
  replicaSets,
  replicationControllers,
  type StatefulSet,
  statefulSets,
} from "@catalyst/ports/kubernetes";
import type { ObjectCache } from "@catalyst/reconciler";
import { controllerOf } from "../common/owner.ts";

/** How many Pods the controllers of some Pods are to have together. */
export interface ExpectedScale {
  readonly scale: number;
  /** Names of Pods that nobody controls. */
  readonly unmanaged: readonly string[];
}

interface Owner {
  readonly uid: string;
  readonly scale: number;
}

/** Adds up what the Pods' controllers are to have. Throws when one of them doesn't say. */
export async function expectedScale(
  cluster: string,
  pods: readonly Pod[],
  cache: ObjectCache,
  client: ClusterClient,
): Promise<ExpectedScale> {
  const scales = new Map<string, number>();
  const seen = new Set<string>();
  const unmanaged: string[] = [];
  for (const pod of pods) {
    const reference = controllerOf(pod);
    if (reference === undefined) unmanaged.push(pod.metadata.name);
    else if (!seen.has(reference.uid)) {
      seen.add(reference.uid);
      const { namespace } = pod.metadata;
      const owner =
        known(cluster, namespace, reference, cache) ?? (await asked(namespace, reference, client));
      if (owner === undefined) throw new Error(`found no controllers for pod "${pod.metadata.name}"`);
      scales.set(owner.uid, owner.scale);
    }
  }
  return { scale: [...scales.values()].reduce((sum, scale) => sum + scale, 0), unmanaged };
}

/** The kinds whose size is in the cache; of a Deployment's sets the Deployment counts. */
function known(
  cluster: string,
  namespace: string | undefined,
  { kind, name, uid }: OwnerReference,
  cache: ObjectCache,
): Owner | undefined {
  const key = { namespace, name };
  const sizeOf = (object: ReplicaSet | StatefulSet | ReplicationController | undefined) =>
    object?.metadata.uid === uid ? { uid, scale: object.spec.replicas ?? 1 } : undefined;
  switch (kind) {
    case "ReplicationController":
      return sizeOf(cache.get(cluster, replicationControllers, key));
    case "StatefulSet":
      return sizeOf(cache.get(cluster, statefulSets, key));
    case "ReplicaSet": {
      const set = cache.get<ReplicaSet>(cluster, replicaSets, key);
      const parent = set?.metadata.uid === uid ? controllerOf(set) : undefined;
      if (parent?.kind !== "Deployment") return sizeOf(set);
      const deployment = cache.get<Deployment>(cluster, deployments, { namespace, name: parent.name });
      const isParent = deployment?.metadata.uid === parent.uid;
      return isParent ? { uid: parent.uid, scale: deployment.spec.replicas ?? 1 } : undefined;
    }
    default:
      return undefined;
  }
}

/** Any other kind by its scale subresource. */
async function asked(
  namespace: string | undefined,
  { apiVersion, kind, name, uid }: OwnerReference,
  client: ClusterClient,
): Promise<Owner | undefined> {
  const type = await client.resourceType(apiVersion, kind);
  if (type === undefined) return undefined;
  const scale = (await client.findSubresource(type, { namespace, name }, "scale")) as
    | { readonly metadata: { readonly uid?: string }; readonly spec?: { readonly replicas?: number } }
    | undefined;
  if (scale === undefined) {
    const resource = type.group === "" ? type.plural : `${type.plural}.${type.group}`;
    throw new Error(`${resource} does not implement the scale subresource`);
  }
  return scale.metadata.uid === uid ? { uid, scale: scale.spec?.replicas ?? 0 } : undefined;
}
