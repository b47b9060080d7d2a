import {
  isKubernetesError,
  type KubeObject,
  namespaces,
  type StorageClass,
  storageClasses,
} from "@catalyst/ports/kubernetes";
import type { Controller } from "@catalyst/reconciler";

/** Who makes volumes of StorageClasses that name it: folders of this machine. */
export const localPathProvisioner = "catalyst.openova.io/local-path";

const defaultAnnotation = "storageclass.kubernetes.io/is-default-class";

const localPath: StorageClass = {
  apiVersion: "storage.k8s.io/v1",
  kind: "StorageClass",
  metadata: { name: "local-path", annotations: { [defaultAnnotation]: "true" } },
  provisioner: localPathProvisioner,
  reclaimPolicy: "Delete",
  volumeBindingMode: "Immediate",
  allowVolumeExpansion: true,
};

export function isDefaultClass(storageClass: KubeObject): boolean {
  return storageClass.metadata.annotations?.[defaultAnnotation] === "true";
}

/** Gives every cluster the class `local-path` as its default, told of clusters by their first namespace. */
export const storageClassController: Controller = {
  name: "storage-class",
  type: namespaces,
  selects: (_cluster, namespace) => namespace.metadata.name === "default",
  reconcile: async (request, context) => {
    if (context.object === undefined) return { outcome: "settled" };
    const client = context.clusters.client(request.cluster);
    try {
      if ((await client.find(storageClasses, { name: localPath.metadata.name })) === undefined)
        await client.create(storageClasses, localPath);
    } catch (error) {
      if (!isKubernetesError(error, "kubernetes-already-exists")) throw error;
    }
    return { outcome: "settled" };
  },
};
