import { CatalystError } from "@catalyst/base/errors";
import { type PersistentVolumeClaim, persistentVolumeClaims, type Volume } from "@catalyst/ports/kubernetes";
import type { PodWork } from "../work.ts";

/**
 * Gives the name of the claim that was made for a Pod's ephemeral volume. Throws `pod-reference-missing` while there
 * is none, `pod-volume-unsupported` when another's claim has the name.
 */
export async function ephemeralClaim({ client, pod }: PodWork, volume: Volume): Promise<string> {
  const { namespace, uid } = pod.metadata;
  const name = `${pod.metadata.name}-${volume.name}`;
  const there = await client.find<PersistentVolumeClaim>(persistentVolumeClaims, { namespace, name });
  if (there === undefined)
    throw new CatalystError(
      "pod-reference-missing",
      `persistentvolumeclaim ${JSON.stringify(name)} not found`,
    );
  if (there.metadata.ownerReferences?.some((owner) => owner.uid === uid) === true) return name;
  const message = `PVC "${namespace}/${name}" was not created for pod "${namespace}/${pod.metadata.name}" (pod is not owner)`;
  throw new CatalystError("pod-volume-unsupported", message);
}
