import {
  type KubeObject,
  type PersistentVolume,
  type PersistentVolumeClaim,
  persistentVolumeClaims,
  persistentVolumes,
  type ResourceType,
} from "@catalyst/ports/kubernetes";
import type { Controller } from "@catalyst/reconciler";
import { removeFinalizer } from "../common/finalizer.ts";
import { decideVolume } from "./decide.ts";
import { removeFolder } from "./provision.ts";

const protection = "kubernetes.io/pv-protection";

/** Says how a volume stands, and removes it with its folder once its claim is gone, unless it is to be retained. */
export function volumeController(volumesFolder: string): Controller<PersistentVolume> {
  return {
    name: "volume",
    type: persistentVolumes,
    triggers: [
      {
        type: persistentVolumeClaims as ResourceType,
        requests: (cluster, claim: KubeObject) => {
          const name = (claim as PersistentVolumeClaim).spec?.volumeName;
          return name ? [{ cluster, name }] : [];
        },
      },
    ],
    reconcile: async (request, context) => {
      const volume = context.object;
      if (volume === undefined) return { outcome: "settled" };
      const client = context.clusters.client(request.cluster);
      const { namespace, name } = volume.spec.claimRef ?? {};
      const claim =
        name === undefined
          ? undefined
          : await client.find<PersistentVolumeClaim>(persistentVolumeClaims, { namespace, name });
      const action = decideVolume(volume, claim);
      if (action.type === "phase") {
        const status = { status: { phase: action.phase } };
        await client.mergePatch(persistentVolumes, request, status, { subresource: "status" });
      } else if (action.type === "delete") {
        await removeFolder(volumesFolder, request.cluster, volume);
        await client.delete(persistentVolumes, request, { uid: volume.metadata.uid });
      } else if (volume.metadata.deletionTimestamp !== undefined && volume.status?.phase !== "Bound") {
        await removeFinalizer(client, persistentVolumes, volume, protection);
      }
      return { outcome: "settled" };
    },
  };
}
