import { rfc3339 } from "@catalyst/base/clock";
import {
  isKubernetesError,
  type KubeObject,
  type Node,
  namespaces,
  nodes,
  type Pod,
  type PodCondition,
  persistentVolumeClaims,
  pods,
  type ResourceType,
  storageClasses,
} from "@catalyst/ports/kubernetes";
import {
  type Controller,
  type ObjectCache,
  type ReconcileContext,
  type ReconcileRequest,
  type ReconcileResult,
  recordEvent,
  type Trigger,
} from "@catalyst/reconciler";
import { requestFor } from "../common/owner.ts";
import { isFinished } from "../common/pod-state.ts";
import { decidePlace, type SchedulingFacts } from "./decide.ts";
import { Placements } from "./placements.ts";
import { type ClaimState, claimNames, claimsOf, selectedNodeAnnotation } from "./volumes.ts";

const ownName = "default-scheduler";

/** How long a Pod waits for a cluster's first node before it is said that there is none, in milliseconds. */
const nodePatience = 3000;

/** What the scheduler knows of one cluster. */
interface ClusterState {
  readonly placements: Placements;
  /** Pods without a place, by uid. */
  readonly waiting: Map<string, Pod>;
}

/** Gives every Pod a node that takes it, or says why there is none: what kube-scheduler does, without preemption. */
export function schedulerController(): Controller<Pod> {
  const states = new Map<string, ClusterState>();
  const stateOf = (cluster: string): ClusterState => {
    const known = states.get(cluster) ?? { placements: new Placements(), waiting: new Map() };
    states.set(cluster, known);
    return known;
  };
  const wakeWaiting = (cluster: string): readonly ReconcileRequest[] =>
    [...(states.get(cluster)?.waiting.values() ?? [])].map((pod) => requestFor(cluster, pod));
  const wakes = (
    type: ResourceType,
    concerns: (object: KubeObject, previous?: KubeObject) => boolean,
  ): Trigger => ({
    type,
    requests: (cluster, object, previous) => (concerns(object, previous) ? wakeWaiting(cluster) : []),
  });
  return {
    name: "scheduler",
    type: pods,
    // One after the other: each place is decided on where all before have theirs.
    concurrency: 1,
    selects: (_cluster, pod) => pod.spec.nodeName === undefined,
    triggers: [
      placedPod((cluster, pod, cache) => seePod(stateOf(cluster), cluster, pod, cache), wakeWaiting),
      wakes(nodes as ResourceType, (node, previous) => previous === undefined || takesOthers(node, previous)),
      wakes(persistentVolumeClaims as ResourceType, () => true),
      wakes(storageClasses as ResourceType, () => true),
      wakes(
        namespaces as ResourceType,
        (object, previous) => previous?.metadata.labels !== object.metadata.labels,
      ),
    ],
    reconcile: (request, context) => schedule(request, context, stateOf(request.cluster)),
  };
}

/** Keeps account of places, and wakes those without one when one may have become free. */
function placedPod(
  see: (cluster: string, pod: Pod, cache: ObjectCache) => boolean,
  wake: (cluster: string) => readonly ReconcileRequest[],
): Trigger {
  return {
    type: pods as ResourceType,
    requests: (cluster, object, _previous, cache) =>
      see(cluster, object as Pod, cache) ? wake(cluster) : [],
  };
}

/** Whether the change may help a Pod that waits. */
function seePod(
  { placements, waiting }: ClusterState,
  cluster: string,
  pod: Pod,
  cache: ObjectCache,
): boolean {
  const { namespace, name, uid = "" } = pod.metadata;
  const present = cache.get<Pod>(cluster, pods, { namespace, name });
  const isGone = present?.metadata.uid !== uid;
  if (isGone) placements.forget(pod);
  else placements.see(pod);
  if (isGone || pod.spec.nodeName !== undefined) waiting.delete(uid);
  return waiting.size > 0 && (isGone || isFinished(pod) || pod.spec.nodeName !== undefined);
}

function takesOthers(node: KubeObject, previous: KubeObject): boolean {
  const [now, before] = [node as Node, previous as Node];
  return (
    now.metadata.labels !== before.metadata.labels ||
    now.spec !== before.spec ||
    now.status?.allocatable !== before.status?.allocatable
  );
}

async function schedule(
  request: ReconcileRequest,
  context: ReconcileContext<Pod>,
  { placements, waiting }: ClusterState,
): Promise<ReconcileResult> {
  const pod = context.object;
  if (pod === undefined || !isOurs(pod)) return { outcome: "settled" };
  // A node that hasn't said what it has isn't there yet.
  const known = context.cache
    .list<Node>(request.cluster, nodes)
    .filter(({ status }) => status?.allocatable !== undefined || status?.capacity !== undefined);
  waiting.set(pod.metadata.uid ?? "", pod);
  const age = context.clock.now() - Date.parse(pod.metadata.creationTimestamp ?? "");
  if (known.length === 0 && age < nodePatience)
    return { outcome: "waiting", reason: "the cluster has no node yet", recheckAfter: nodePatience - age };
  const claims = claimsOf(request.cluster, pod, context.cache);
  const decision = decidePlace(factsOf(request.cluster, pod, known, context.cache, placements, claims));
  if (decision.type === "unschedulable") {
    await sayUnschedulable(request, context, pod, decision.message);
    return { outcome: "settled" };
  }
  if (claims.waiting.length > 0) {
    await chooseNode(request, context, claims, decision.node);
    return { outcome: "settled" };
  }
  placements.assume(pod, decision.node);
  try {
    await bind(request, context, pod, decision.node);
  } catch (error) {
    placements.forget(pod);
    throw error;
  }
  return { outcome: "settled" };
}

function isOurs(pod: Pod): boolean {
  const { nodeName, schedulerName = ownName, schedulingGates = [] } = pod.spec;
  return (
    nodeName === undefined &&
    schedulerName === ownName &&
    schedulingGates.length === 0 &&
    pod.metadata.deletionTimestamp === undefined &&
    !isFinished(pod)
  );
}

function factsOf(
  cluster: string,
  pod: Pod,
  known: readonly Node[],
  cache: ObjectCache,
  placements: Placements,
  { claims, obstacle }: ClaimState,
): SchedulingFacts {
  const single = claims.filter(({ spec }) => spec?.accessModes?.includes("ReadWriteOncePod"));
  const names = new Set(single.map(({ metadata }) => metadata.name));
  const claimTaken =
    names.size > 0 &&
    [...placements.all()].some(
      (other) =>
        other.metadata.namespace === pod.metadata.namespace &&
        claimNames(other).some((name) => names.has(name)),
    );
  return {
    pod,
    nodes: known,
    use: (node) => placements.on(node),
    around: {
      placed: () => placements.all(),
      exclusive: () => placements.exclusive(),
      node: (name) => cache.get<Node>(cluster, nodes, { name }),
      namespace: (name) => cache.get(cluster, namespaces, { name }),
    },
    obstacle,
    claimTaken,
  };
}

async function bind(
  request: ReconcileRequest,
  { clusters, clock }: ReconcileContext<Pod>,
  pod: Pod,
  node: string,
): Promise<void> {
  const client = clusters.client(request.cluster);
  const { name, namespace, uid } = pod.metadata;
  try {
    await client.createSubresource(pods, request, "binding", {
      apiVersion: "v1",
      kind: "Binding",
      metadata: { name, namespace, uid },
      target: { apiVersion: "v1", kind: "Node", name: node },
    });
  } catch (error) {
    // Gone, or given a place by somebody else.
    if (isKubernetesError(error, "kubernetes-not-found", "kubernetes-conflict")) return;
    throw error;
  }
  const message = `Successfully assigned ${namespace}/${name} to ${node}`;
  await recordEvent(client, clock, ownName, pod, { type: "Normal", reason: "Scheduled", message });
}

/** Lets the volumes be made of claims that waited for the Pod's place; the Pod goes there once they are bound. */
async function chooseNode(
  request: ReconcileRequest,
  { clusters }: ReconcileContext<Pod>,
  { waiting }: ClaimState,
  node: string,
): Promise<void> {
  const client = clusters.client(request.cluster);
  for (const { metadata } of waiting) {
    if (metadata.annotations?.[selectedNodeAnnotation] === node) continue;
    const { name, namespace } = metadata;
    const patch = { metadata: { annotations: { [selectedNodeAnnotation]: node } } };
    await client.mergePatch(persistentVolumeClaims, { namespace, name }, patch);
  }
}

async function sayUnschedulable(
  request: ReconcileRequest,
  { clusters, clock }: ReconcileContext<Pod>,
  pod: Pod,
  message: string,
): Promise<void> {
  const client = clusters.client(request.cluster);
  const before = pod.status?.conditions?.find(({ type }) => type === "PodScheduled");
  const content = { type: "PodScheduled", status: "False", reason: "Unschedulable", message };
  if (before?.reason === content.reason && before.message === message) return;
  await recordEvent(client, clock, ownName, pod, { type: "Warning", reason: "FailedScheduling", message });
  const kept = before?.status === "False" ? before.lastTransitionTime : undefined;
  const condition: PodCondition = {
    ...content,
    lastProbeTime: null,
    lastTransitionTime: kept ?? rfc3339(clock.now()),
  };
  const others = (pod.status?.conditions ?? []).filter(({ type }) => type !== "PodScheduled");
  const status = { ...pod.status, conditions: [...others, condition] };
  await client.updateStatus(pods, { ...pod, status });
}
