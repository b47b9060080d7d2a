import { CatalystError, errorMessage } from "@catalyst/base/errors";
import { isObject } from "@catalyst/base/json";
import {
  type ClusterClient,
  type PersistentVolumeClaim,
  type Pod,
  persistentVolumeClaims,
  pods,
  type ResourceType,
  type Volume,
} from "@catalyst/ports/kubernetes";
import { type Controller, recordEvent, type Trigger } from "@catalyst/reconciler";
import { requestFor } from "../common/owner.ts";

/** A claim that went lets the Pods try again that wanted one of its name. */
const claimGone: Trigger = {
  type: persistentVolumeClaims as ResourceType,
  requests: (cluster, claim, _previous, cache) =>
    cache
      .list<Pod>(cluster, pods, claim.metadata.namespace)
      .filter((pod) => ephemerals(pod).some((volume) => claimName(pod, volume) === claim.metadata.name))
      .map((pod) => requestFor(cluster, pod)),
};

/**
 * Makes the claims of Pods' ephemeral volumes, which go with their Pods; a Pod gets its node when they are there.
 * Source: the ephemeral volume controller.
 */
export const ephemeralVolumeController: Controller<Pod> = {
  name: "ephemeral-volume",
  type: pods,
  triggers: [claimGone],
  selects: (_cluster, pod) => ephemerals(pod as Pod).length > 0,
  reconcile: async ({ cluster }, { object: pod, clusters, clock }) => {
    if (pod === undefined || pod.metadata.deletionTimestamp !== undefined) return { outcome: "settled" };
    const client = clusters.client(cluster);
    for (const volume of ephemerals(pod)) {
      try {
        await makeClaim(client, pod, volume);
      } catch (error) {
        const message = `ephemeral volume ${volume.name}: ${errorMessage(error)}`;
        await recordEvent(client, clock, "ephemeral_volume", pod, {
          type: "Warning",
          reason: "FailedBinding",
          message,
        });
        throw error;
      }
    }
    return { outcome: "settled" };
  },
};

function ephemerals({ spec }: Pod): readonly Volume[] {
  return (spec.volumes ?? []).filter(({ ephemeral }) => ephemeral !== undefined);
}

function claimName({ metadata }: Pod, volume: Volume): string {
  return `${metadata.name}-${volume.name}`;
}

/** Throws `claim-taken` when another's claim has the name. */
async function makeClaim(client: ClusterClient, pod: Pod, volume: Volume): Promise<void> {
  const { namespace, uid = "" } = pod.metadata;
  const key = { namespace, name: claimName(pod, volume) };
  const there = await client.find<PersistentVolumeClaim>(persistentVolumeClaims, key);
  if (there?.metadata.ownerReferences?.some((owner) => owner.uid === uid) === true) return;
  if (there !== undefined) {
    const place = `${namespace}/${key.name}" was not created for pod "${namespace}/${pod.metadata.name}`;
    throw new CatalystError("claim-taken", `PVC "${place}" (pod is not owner)`);
  }
  const template = volume.ephemeral?.volumeClaimTemplate;
  const { metadata = {}, spec = {} } = isObject(template) ? template : {};
  const { labels, annotations } = isObject(metadata) ? metadata : {};
  const owner = { apiVersion: "v1", kind: "Pod", name: pod.metadata.name, uid };
  const ownerReferences = [{ ...owner, controller: true, blockOwnerDeletion: true }];
  await client.create(persistentVolumeClaims, {
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: { ...key, labels, annotations, ownerReferences },
    spec,
  } as PersistentVolumeClaim);
}
