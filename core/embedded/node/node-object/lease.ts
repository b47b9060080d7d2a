import {
  type ClusterClient,
  isKubernetesError,
  type KubeObject,
  leases,
  type Node,
} from "@catalyst/ports/kubernetes";

const namespace = "kube-node-lease";
/** How long a Lease stands without being renewed, in seconds. */
const duration = 200;

/** How often Leases are renewed, in milliseconds: a quarter of what they stand, as the kubelet does. */
export const renewInterval = (duration / 4) * 1000;

/** Renews the Lease by which a Node says that it lives; makes it where it isn't there. */
export async function renewLease(client: ClusterClient, node: Node, now: number): Promise<void> {
  const { name, uid = "" } = node.metadata;
  // MicroTime: six digits behind the point.
  const renewTime = new Date(now).toISOString().replace("Z", "000Z");
  try {
    await client.mergePatch(leases, { namespace, name }, { spec: { holderIdentity: name, renewTime } });
  } catch (error) {
    if (!isKubernetesError(error, "kubernetes-not-found")) throw error;
    const lease: KubeObject = {
      apiVersion: "coordination.k8s.io/v1",
      kind: "Lease",
      metadata: { namespace, name, ownerReferences: [{ apiVersion: "v1", kind: "Node", name, uid }] },
      spec: { holderIdentity: name, leaseDurationSeconds: duration, renewTime },
    };
    await client.create(leases, lease);
  }
}
