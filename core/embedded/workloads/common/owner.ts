import type { ClusterName, KubeObject, OwnerReference, ResourceType } from "@catalyst/ports/kubernetes";
import type { ObjectCache, ReconcileRequest, Trigger } from "@catalyst/reconciler";

/** The reference by which an object says who controls it. */
export function controllerReference(owner: KubeObject): OwnerReference {
  return {
    apiVersion: owner.apiVersion,
    kind: owner.kind,
    name: owner.metadata.name,
    uid: owner.metadata.uid ?? "",
    controller: true,
    blockOwnerDeletion: true,
  };
}

/** The object's controlling owner. */
export function controllerOf(object: KubeObject): OwnerReference | undefined {
  return object.metadata.ownerReferences?.find((owner) => owner.controller === true);
}

/** Wakes the controlling owner of kind `owner` whenever an object of `type` changes. */
export function ownedTrigger<T extends KubeObject>(type: ResourceType<T>, owner: ResourceType): Trigger {
  return {
    type: type as ResourceType,
    requests: (cluster: ClusterName, object: KubeObject, _previous: unknown, _cache: ObjectCache) => {
      const reference = controllerOf(object);
      const ours =
        reference?.kind === owner.kind &&
        reference.apiVersion.split("/")[0] === (owner.group || owner.version);
      return ours ? [{ cluster, namespace: object.metadata.namespace, name: reference.name }] : [];
    },
  };
}

/** The request about an object itself. */
export function requestFor(cluster: ClusterName, object: KubeObject): ReconcileRequest {
  return { cluster, namespace: object.metadata.namespace, name: object.metadata.name };
}
