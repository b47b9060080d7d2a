import { rfc3339 } from "@catalyst/base/clock";
import {
  type ClusterClient,
  isKubernetesError,
  type Lease,
  leases,
  type Node,
  nodes,
  type Pod,
  pods,
  type ResourceType,
} from "@catalyst/ports/kubernetes";
import {
  type Controller,
  type ReconcileContext,
  type ReconcileRequest,
  recordEvent,
  type Trigger,
} from "@catalyst/reconciler";
import { isReadyNode, silentConditions, taintsOf } from "./decide.ts";
import { feel, type Heartbeat } from "./heartbeat.ts";

const component = "node-controller";
/** The namespace of the Leases by which nodes say that they live. */
const leaseNamespace = "kube-node-lease";

/**
 * Says of a node that fell silent that nothing is known of it, and taints nodes by their conditions, so that Pods that
 * don't tolerate it go elsewhere: upstream's node lifecycle controller, without its pace for large zones.
 */
export function nodeHealthController(): Controller<Node> {
  const heartbeats = new Map<string, Heartbeat>();
  return {
    name: "node-health",
    type: nodes,
    triggers: [renewedLease, otherReadiness],
    reconcile: async (request, context) => {
      const key = `${request.cluster}/${request.name}`;
      const node = context.object;
      if (node === undefined) {
        heartbeats.delete(key);
        return { outcome: "settled" };
      }
      const now = context.clock.now();
      const lease = context.cache.get<Lease>(request.cluster, leases, {
        namespace: leaseNamespace,
        name: request.name,
      });
      const pulse = feel(node, lease, heartbeats.get(key), now);
      heartbeats.set(key, pulse);
      const present = pulse.isSilent ? await tellSilence(request, context, node) : node;
      const mayEvict = context.cache.list<Node>(request.cluster, nodes).some(isReadyNode);
      const taints = taintsOf(present, mayEvict, rfc3339(now));
      if (taints !== undefined) {
        const client = context.clusters.client(request.cluster);
        await client.update(nodes, { ...present, spec: { ...present.spec, taints } });
      }
      return { outcome: "settled", recheckAfter: pulse.lookAt - now };
    },
  };
}

const renewedLease: Trigger = {
  type: leases as ResourceType,
  requests: (cluster, { metadata }) =>
    metadata.namespace === leaseNamespace ? [{ cluster, name: metadata.name }] : [],
};

/** Whether one node is ready is a question for all: with none that is, nobody is evicted. */
const otherReadiness: Trigger = {
  type: nodes as ResourceType,
  requests: (cluster, object, previous, cache) => {
    const wasReady = previous !== undefined && isReadyNode(previous as Node);
    if (wasReady === isReadyNode(object as Node)) return [];
    return cache.list<Node>(cluster, nodes).map(({ metadata }) => ({ cluster, name: metadata.name }));
  },
};

async function tellSilence(
  request: ReconcileRequest,
  { clusters, clock, cache }: ReconcileContext<Node>,
  node: Node,
): Promise<Node> {
  const client = clusters.client(request.cluster);
  const conditions = silentConditions(node, rfc3339(clock.now()));
  if (conditions === undefined) return node;
  // The node last: what fails is done again as long as its conditions don't say so.
  const there = cache.list<Pod>(request.cluster, pods).filter(({ spec }) => spec.nodeName === request.name);
  if (isReadyNode(node)) for (const pod of there) await tellNotReady(client, clock, pod);
  const told = await client.updateStatus(nodes, { ...node, status: { ...node.status, conditions } });
  const message = `Node ${request.name} status is now: NodeNotReady`;
  const note = { type: "Normal", reason: "NodeNotReady", message } as const;
  if (isReadyNode(node)) await recordEvent(client, clock, component, node, note);
  return told;
}

/** A Pod of which nothing is known takes no requests any more. */
async function tellNotReady(
  client: ClusterClient,
  clock: ReconcileContext["clock"],
  pod: Pod,
): Promise<void> {
  const ready = pod.status?.conditions?.find(({ type }) => type === "Ready");
  if (ready?.status !== "True") return;
  const now = rfc3339(clock.now());
  const conditions = pod.status?.conditions?.map((condition) =>
    condition === ready ? { ...ready, status: "False", lastTransitionTime: now } : condition,
  );
  try {
    await client.updateStatus(pods, { ...pod, status: { ...pod.status, conditions } } as Pod);
  } catch (error) {
    if (isKubernetesError(error, "kubernetes-not-found")) return;
    throw error;
  }
  const note = { type: "Warning", reason: "NodeNotReady", message: "Node is not ready" } as const;
  await recordEvent(client, clock, component, pod, note);
}
