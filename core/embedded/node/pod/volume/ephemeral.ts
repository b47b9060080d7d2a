import { CatalystError } from "@catalyst/base/errors";
import { isObject } from "@catalyst/base/json";
import {
  isKubernetesError,
  type PersistentVolumeClaim,
  persistentVolumeClaims,
  type Volume,
} from "@catalyst/ports/kubernetes";
import type { PodWork } from "../work.ts";

/**
 * Has the claim of a Pod's ephemeral volume made, which goes with the Pod, and gives its name. Throws
 * `pod-volume-unsupported` when another's claim has the name.
 */
export async function ephemeralClaim({ client, pod }: PodWork, volume: Volume): Promise<string> {
  const { namespace, uid = "" } = pod.metadata;
  const name = `${pod.metadata.name}-${volume.name}`;
  const key = { namespace, name };
  const there = await client.find<PersistentVolumeClaim>(persistentVolumeClaims, key);
  if (there !== undefined) {
    if (there.metadata.ownerReferences?.some((owner) => owner.uid === uid) === true) return name;
    const message = `PVC "${namespace}/${name}" was not created for pod "${namespace}/${pod.metadata.name}" (pod is not owner)`;
    throw new CatalystError("pod-volume-unsupported", message);
  }
  const template = volume.ephemeral?.volumeClaimTemplate;
  const { metadata = {}, spec = {} } = isObject(template) ? template : {};
  const owner = { apiVersion: "v1", kind: "Pod", name: pod.metadata.name, uid };
  const ownerReferences = [{ ...owner, controller: true, blockOwnerDeletion: true }];
  try {
    await client.create(persistentVolumeClaims, {
      apiVersion: "v1",
      kind: "PersistentVolumeClaim",
      metadata: { ...(isObject(metadata) ? metadata : {}), namespace, name, ownerReferences },
      spec,
    } as PersistentVolumeClaim);
  } catch (error) {
    if (!isKubernetesError(error, "kubernetes-already-exists")) throw error;
  }
  return name;
}
