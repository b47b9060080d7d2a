import { rfc3339 } from "@catalyst/base/clock";
import type { KubeObject } from "@catalyst/ports/kubernetes";
import type { Write } from "../storage/change.ts";
import type { Storage } from "../storage/storage.ts";

const namespaces = ["default", "kube-node-lease", "kube-public", "kube-system"];

/** The objects every cluster has from the beginning. */
export function bootstrapWrites(
  storage: Storage,
  cluster: string,
  uid: () => string,
  now: number,
): readonly Write[] {
  const collection = storage.collection(cluster, "/namespaces", false);
  return namespaces.map((name) => ({
    collection,
    key: name,
    object: namespaceObject(name, uid(), now),
    previous: undefined,
  }));
}

function namespaceObject(name: string, uid: string, now: number): KubeObject {
  return {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: {
      name,
      uid,
      creationTimestamp: rfc3339(now),
      labels: { "kubernetes.io/metadata.name": name },
    },
    spec: { finalizers: ["kubernetes"] },
    status: { phase: "Active" },
  };
}
