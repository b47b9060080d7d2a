import { CatalystError } from "@catalyst/base/errors";
import {
  ephemeralClaimFault,
  ephemeralClaimName,
  persistentVolumeClaims,
  type Volume,
} from "@catalyst/ports/kubernetes";
import type { PodWork } from "../work.ts";

/**
 * The name of the claim that was made for a Pod's ephemeral volume. Throws `pod-volume-unsupported` when another's claim
 * has the name.
 */
export async function ephemeralClaim({ client, pod }: PodWork, volume: Volume): Promise<string> {
  const name = ephemeralClaimName(pod, volume);
  const there = await client.find(persistentVolumeClaims, { namespace: pod.metadata.namespace, name });
  const fault = there === undefined ? undefined : ephemeralClaimFault(pod, there);
  if (fault !== undefined) throw new CatalystError("pod-volume-unsupported", fault);
  return name;
}
