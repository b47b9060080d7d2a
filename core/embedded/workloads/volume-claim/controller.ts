import { mkdir, rm, rmdir } from "node:fs/promises";
import { join, relative } from "node:path";
import {
  isKubernetesError,
  type KubeObject,
  type PersistentVolume,
  type PersistentVolumeClaim,
  persistentVolumeClaims,
  persistentVolumes,
  type ResourceType,
  type StorageClass,
  storageClasses,
} from "@catalyst/ports/kubernetes";
import { type Controller, recordEvent, type Trigger } from "@catalyst/reconciler";
import { isDefaultClass, localPathProvisioner } from "./storage-class.ts";

const component = "local-path-provisioner";

/** A claim waits for a class that may come later, as a volume's claim does for the volume's end. */
const becameClass: Trigger = {
  type: storageClasses as ResourceType,
  requests: (cluster, storageClass, _previous, cache) =>
    cache
      .list<PersistentVolumeClaim>(cluster, persistentVolumeClaims)
      .filter(({ spec }) => [undefined, storageClass.metadata.name].includes(spec?.storageClassName))
      .map((claim) => ({ cluster, namespace: claim.metadata.namespace, name: claim.metadata.name })),
};

/** Binds volume claims, each to a folder of its own below `volumesFolder`. */
export function volumeClaimController(volumesFolder: string): Controller<PersistentVolumeClaim> {
  return {
    name: "volume-claim",
    type: persistentVolumeClaims,
    triggers: [becameClass],
    reconcile: async (request, context) => {
      const claim = context.object;
      if (claim === undefined || claim.metadata.deletionTimestamp !== undefined)
        return { outcome: "settled" };
      if (claim.status?.phase === "Bound") return { outcome: "settled" };
      const client = context.clusters.client(request.cluster);
      const storageClass = classOf(claim, context.cache.list(request.cluster, storageClasses));
      const className = claim.spec?.storageClassName ?? storageClass?.metadata.name ?? "";
      if (claim.spec?.volumeName === undefined && storageClass?.provisioner !== localPathProvisioner) {
        const message = `storageclass.storage.k8s.io "${className}" not found`;
        await recordEvent(client, context.clock, component, claim, {
          type: "Warning",
          reason: "ProvisioningFailed",
          message,
        });
        return { outcome: "stalled", reason: message };
      }
      const name = claim.spec?.volumeName ?? `pvc-${claim.metadata.uid}`;
      const folder = folderOf(volumesFolder, request.cluster, name);
      if (claim.spec?.volumeName === undefined) {
        await mkdir(folder, { recursive: true, mode: 0o777 });
        await make(() =>
          client.create(persistentVolumes, volumeOf(claim, name, folder, className, storageClass)),
        );
        const key = { namespace: request.namespace, name: request.name };
        await client.mergePatch(persistentVolumeClaims, key, {
          spec: { volumeName: name, storageClassName: className },
        });
      }
      const volume = await client.find<PersistentVolume>(persistentVolumes, { name });
      if (volume === undefined) return { outcome: "waiting", reason: `volume ${name}`, recheckAfter: 5000 };
      await client.mergePatch(
        persistentVolumes,
        { name },
        { status: { phase: "Bound" } },
        { subresource: "status" },
      );
      const status = {
        phase: "Bound",
        accessModes: claim.spec?.accessModes ?? [],
        capacity: volume.spec.capacity ?? {},
      };
      await client.mergePatch(persistentVolumeClaims, request, { status }, { subresource: "status" });
      return { outcome: "settled" };
    },
  };
}

/** Removes a volume and its folder once its claim is gone, unless it is to be retained. */
export function volumeController(volumesFolder: string): Controller<PersistentVolume> {
  return {
    name: "volume",
    type: persistentVolumes,
    triggers: [
      {
        type: persistentVolumeClaims as ResourceType,
        requests: (cluster, claim: KubeObject) => {
          const name = (claim as PersistentVolumeClaim).spec?.volumeName;
          return name === undefined ? [] : [{ cluster, name }];
        },
      },
    ],
    reconcile: async (request, context) => {
      const volume = context.object;
      const reference = volume?.spec.claimRef;
      if (volume === undefined || reference?.name === undefined) return { outcome: "settled" };
      const client = context.clusters.client(request.cluster);
      const key = { namespace: reference.namespace, name: reference.name };
      const claim = await client.find(persistentVolumeClaims, key);
      if (claim !== undefined && claim.metadata.uid === reference.uid) return { outcome: "settled" };
      if (volume.spec.persistentVolumeReclaimPolicy !== "Delete") {
        if (volume.status?.phase === "Released") return { outcome: "settled" };
        const status = { status: { phase: "Released" } };
        await client.mergePatch(persistentVolumes, request, status, { subresource: "status" });
        return { outcome: "settled" };
      }
      const path = volume.spec.hostPath?.path ?? "";
      // Only what this provisioner made: a volume may name any folder.
      const inside = relative(join(volumesFolder, request.cluster), path);
      if (inside === volume.metadata.name) {
        await rm(path, { recursive: true, force: true });
        // the cluster's own folder goes with its last volume; while there are others it can't
        await rmdir(join(path, "..")).catch(() => undefined);
      }
      await client.delete(persistentVolumes, request, { uid: volume.metadata.uid });
      return { outcome: "settled" };
    },
  };
}

/** The class a claim names; one that names none gets the default, also when that came after it. */
function classOf(claim: PersistentVolumeClaim, classes: readonly StorageClass[]): StorageClass | undefined {
  const name = claim.spec?.storageClassName;
  return classes.find((each) => (name === undefined ? isDefaultClass(each) : each.metadata.name === name));
}

function folderOf(volumesFolder: string, cluster: string, name: string): string {
  return join(volumesFolder, cluster, name);
}

async function make(create: () => Promise<unknown>): Promise<void> {
  try {
    await create();
  } catch (error) {
    if (!isKubernetesError(error, "kubernetes-already-exists")) throw error;
  }
}

function volumeOf(
  claim: PersistentVolumeClaim,
  name: string,
  folder: string,
  className: string,
  storageClass: StorageClass | undefined,
): PersistentVolume {
  const { namespace, uid } = claim.metadata;
  return {
    apiVersion: "v1",
    kind: "PersistentVolume",
    metadata: {
      name,
      annotations: { "pv.kubernetes.io/provisioned-by": localPathProvisioner },
    },
    spec: {
      accessModes: claim.spec?.accessModes ?? ["ReadWriteOnce"],
      capacity: { storage: claim.spec?.resources?.requests?.["storage"] ?? "0" },
      persistentVolumeReclaimPolicy: storageClass?.reclaimPolicy ?? "Delete",
      storageClassName: className,
      volumeMode: claim.spec?.volumeMode ?? "Filesystem",
      hostPath: { path: folder, type: "DirectoryOrCreate" },
      claimRef: {
        apiVersion: "v1",
        kind: "PersistentVolumeClaim",
        ...(namespace === undefined ? {} : { namespace }),
        name: claim.metadata.name,
        ...(uid === undefined ? {} : { uid }),
      },
    },
  };
}
