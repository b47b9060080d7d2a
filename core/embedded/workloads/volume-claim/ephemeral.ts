import { errorMessage } from "@catalyst/base/errors";
import {
  type ClusterClient,
  ephemeralClaimFault,
  ephemeralClaimName,
  type PersistentVolumeClaim,
  type Pod,
  persistentVolumeClaims,
  pods,
  type Volume,
} from "@catalyst/ports/kubernetes";
import { type Controller, recordEvent } from "@catalyst/reconciler";
import { controllerReference, ownedTrigger } from "../common/owner.ts";

/**
 * Makes the claims of Pods' ephemeral volumes, which go with their Pods. A Pod isn't placed before its claims are there.
 * The rules and the words are upstream's (ephemeral volume controller).
 */
export const ephemeralVolumeController: Controller<Pod> = {
  name: "ephemeral-volume",
  type: pods,
  selects: (_cluster, pod) => ephemeralVolumes(pod).length > 0,
  triggers: [ownedTrigger(persistentVolumeClaims, pods)],
  reconcile: async (request, context) => {
    const pod = context.object;
    if (pod === undefined || pod.metadata.deletionTimestamp !== undefined) return { outcome: "settled" };
    const client = context.clusters.client(request.cluster);
    for (const volume of ephemeralVolumes(pod)) {
      try {
        await provide(client, pod, volume);
      } catch (error) {
        const message = `ephemeral volume ${volume.name}: ${errorMessage(error)}`;
        const note = { type: "Warning", reason: "FailedBinding", message } as const;
        await recordEvent(client, context.clock, "ephemeral_volume", pod, note);
        throw error;
      }
    }
    return { outcome: "settled" };
  },
};

function ephemeralVolumes({ spec }: Pod): readonly Volume[] {
  return (spec.volumes ?? []).filter(({ ephemeral }) => ephemeral !== undefined);
}

async function provide(client: ClusterClient, pod: Pod, volume: Volume): Promise<void> {
  const { namespace } = pod.metadata;
  const name = ephemeralClaimName(pod, volume);
  const there = await client.find(persistentVolumeClaims, { namespace, name });
  if (there !== undefined) {
    const fault = ephemeralClaimFault(pod, there);
    if (fault !== undefined) throw new Error(fault);
    return;
  }
  const { metadata: { labels, annotations } = {}, spec } = volume.ephemeral?.volumeClaimTemplate ?? {};
  const metadata = {
    name,
    ...(namespace === undefined ? {} : { namespace }),
    ...(labels === undefined ? {} : { labels }),
    ...(annotations === undefined ? {} : { annotations }),
    ownerReferences: [controllerReference({ ...pod, apiVersion: "v1", kind: "Pod" })],
  };
  const claim = { apiVersion: "v1", kind: "PersistentVolumeClaim", metadata, spec };
  await client.create(persistentVolumeClaims, claim as PersistentVolumeClaim);
}
