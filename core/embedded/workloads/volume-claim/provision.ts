import { mkdir, rm, rmdir } from "node:fs/promises";
import { join, relative } from "node:path";
import {
  type ClusterClient,
  isKubernetesError,
  type PersistentVolume,
  type PersistentVolumeClaim,
  persistentVolumes,
  type StorageClass,
} from "@catalyst/ports/kubernetes";
import { boundByController, provisionedBy } from "./decide.ts";
import { localPathProvisioner } from "./storage-class.ts";

/** Makes a claim's volume: a folder of its own below `volumesFolder`, and the object that stands for it. */
export async function provision(
  volumesFolder: string,
  client: ClusterClient,
  claim: PersistentVolumeClaim,
  storageClass: StorageClass,
): Promise<PersistentVolume> {
  const name = `pvc-${claim.metadata.uid}`;
  const folder = join(volumesFolder, client.cluster, name);
  await mkdir(folder, { recursive: true, mode: 0o777 });
  try {
    return await client.create(persistentVolumes, volumeOf(claim, name, folder, storageClass));
  } catch (error) {
    if (!isKubernetesError(error, "kubernetes-already-exists")) throw error;
    return client.get<PersistentVolume>(persistentVolumes, { name });
  }
}

/** Removes the folder of a volume that was made here; a volume may name any other, which stays. */
export async function removeFolder(
  volumesFolder: string,
  cluster: string,
  volume: PersistentVolume,
): Promise<void> {
  const path = volume.spec.hostPath?.path ?? "";
  if (relative(join(volumesFolder, cluster), path) !== volume.metadata.name) return;
  await rm(path, { recursive: true, force: true });
  // The cluster's own folder goes with its last volume; while there are others it can't.
  await rmdir(join(path, "..")).catch(() => undefined);
}

function volumeOf(
  claim: PersistentVolumeClaim,
  name: string,
  folder: string,
  storageClass: StorageClass,
): PersistentVolume {
  const { namespace, uid } = claim.metadata;
  const { mountOptions, reclaimPolicy = "Delete" } = storageClass;
  return {
    apiVersion: "v1",
    kind: "PersistentVolume",
    metadata: {
      name,
      annotations: { [provisionedBy]: localPathProvisioner, [boundByController]: "yes" },
    },
    spec: {
      accessModes: claim.spec?.accessModes ?? ["ReadWriteOnce"],
      capacity: { storage: claim.spec?.resources?.requests?.["storage"] ?? "0" },
      persistentVolumeReclaimPolicy: reclaimPolicy,
      storageClassName: storageClass.metadata.name,
      volumeMode: claim.spec?.volumeMode ?? "Filesystem",
      ...(mountOptions === undefined ? {} : { mountOptions }),
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
