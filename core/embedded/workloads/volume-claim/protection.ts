import {
  type PersistentVolumeClaim,
  type Pod,
  persistentVolumeClaims,
  pods,
  type ResourceType,
} from "@catalyst/ports/kubernetes";
import type { Controller } from "@catalyst/reconciler";
import { removeFinalizer } from "../common/finalizer.ts";
import { isFinished } from "../common/pod-state.ts";
import { claimNames } from "../scheduler/volumes.ts";

const protection = "kubernetes.io/pvc-protection";

/** Lets a claim that is being deleted go once no Pod uses it any more. */
export const claimProtectionController: Controller<PersistentVolumeClaim> = {
  name: "claim-protection",
  type: persistentVolumeClaims,
  selects: (_cluster, claim) => claim.metadata.deletionTimestamp !== undefined,
  triggers: [
    {
      type: pods as ResourceType,
      requests: (cluster, pod, _previous, cache) =>
        claimNames(pod as Pod)
          .map((name) => ({ namespace: pod.metadata.namespace, name }))
          .filter((key) => {
            const claim = cache.get(cluster, persistentVolumeClaims, key);
            return claim?.metadata.deletionTimestamp !== undefined;
          })
          .map((key) => ({ cluster, ...key })),
    },
  ],
  reconcile: async (request, context) => {
    const claim = context.object;
    if (claim?.metadata.deletionTimestamp === undefined) return { outcome: "settled" };
    if (claim.metadata.finalizers?.includes(protection) !== true) return { outcome: "settled" };
    const client = context.clusters.client(request.cluster);
    // A Pod the cache doesn't have yet uses it all the same.
    const { items } = await client.list<Pod>(pods, { namespace: request.namespace });
    const isUsed = items.some(
      (pod) => !isFinished(pod) && isPlaced(pod) && claimNames(pod).includes(request.name),
    );
    if (!isUsed) await removeFinalizer(client, persistentVolumeClaims, claim, protection);
    return { outcome: "settled" };
  },
};

/** A Pod without a node has touched nothing yet, and won't be placed while its claim goes. */
function isPlaced(pod: Pod): boolean {
  return pod.spec.nodeName !== undefined;
}
