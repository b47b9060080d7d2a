import {
  ephemeralClaimName,
  type KubeObject,
  type PersistentVolumeClaim,
  type Pod,
  persistentVolumeClaims,
  type StorageClass,
  storageClasses,
} from "@catalyst/ports/kubernetes";
import type { ObjectCache } from "@catalyst/reconciler";

/** Names the node a claim's volume is to be made for, on a claim whose class waits for its first consumer. */
export const selectedNodeAnnotation = "volume.kubernetes.io/selected-node";

/** How the claims of a Pod stand. */
export interface ClaimState {
  /** Why the Pod can't be anywhere yet. */
  readonly obstacle?: string | undefined;
  /** Claims that are bound only once the Pod has a place. */
  readonly waiting: readonly PersistentVolumeClaim[];
  readonly claims: readonly PersistentVolumeClaim[];
}

/** Looks at the claims a Pod mounts. */
export function claimsOf(cluster: string, pod: Pod, cache: ObjectCache): ClaimState {
  const claims: PersistentVolumeClaim[] = [];
  const waiting: PersistentVolumeClaim[] = [];
  let isUnbound = false;
  for (const name of claimNames(pod)) {
    const claim = cache.get(cluster, persistentVolumeClaims, { namespace: pod.metadata.namespace, name });
    if (claim === undefined)
      return { obstacle: `persistentvolumeclaim "${name}" not found`, waiting, claims };
    if (claim.metadata.deletionTimestamp !== undefined)
      return { obstacle: `persistentvolumeclaim "${name}" is being deleted`, waiting, claims };
    claims.push(claim);
    if (claim.status?.phase === "Bound") continue;
    if (waitsForConsumer(cluster, claim, cache)) waiting.push(claim);
    else isUnbound = true;
  }
  const obstacle = isUnbound ? "pod has unbound immediate PersistentVolumeClaims" : undefined;
  return { obstacle, waiting, claims };
}

/** The claims a Pod mounts by name; one of an ephemeral volume is named for Pod and volume. */
export function claimNames(pod: Pod): readonly string[] {
  return (pod.spec.volumes ?? []).flatMap((volume) => {
    if (volume.persistentVolumeClaim !== undefined) return [volume.persistentVolumeClaim.claimName];
    return volume.ephemeral === undefined ? [] : [ephemeralClaimName(pod, volume)];
  });
}

function waitsForConsumer(cluster: string, claim: PersistentVolumeClaim, cache: ObjectCache): boolean {
  const name = claim.spec?.storageClassName;
  const storageClass: (StorageClass & KubeObject) | undefined =
    name === undefined ? undefined : cache.get(cluster, storageClasses, { name });
  return storageClass?.volumeBindingMode === "WaitForFirstConsumer";
}
