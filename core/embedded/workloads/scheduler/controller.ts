import {
  type KubeObject,
  type Node,
  namespaces,
  nodes,
  type Pod,
  type PodDisruptionBudget,
  persistentVolumeClaims,
  podDisruptionBudgets,
  pods,
  type ResourceType,
  storageClasses,
} from "@catalyst/ports/kubernetes";
import type {
  Controller,
  ObjectCache,
  ReconcileContext,
  ReconcileRequest,
  ReconcileResult,
  Trigger,
} from "@catalyst/reconciler";
import { requestFor } from "../common/owner.ts";
import { isFinished } from "../common/pod-state.ts";
import { bind, chooseNode } from "./bind.ts";
import { ClusterState } from "./cluster-state.ts";
import { decidePlace, type SchedulingDecision } from "./decide.ts";
import { evict } from "./evict.ts";
import { priorityOf, type SchedulingFacts } from "./facts.ts";
import { ownName, takeBackPromise, tellUnschedulable } from "./tell.ts";
import { type ClaimState, claimsOf } from "./volumes.ts";

/** How long a Pod waits for a cluster's first node before it is said that there is none, in milliseconds. */
const nodePatience = 3000;

/** Gives every Pod a node that takes it, or says why there is none: what kube-scheduler does. */
export function schedulerController(): Controller<Pod> {
  const states = new Map<string, ClusterState>();
  const stateOf = (cluster: string): ClusterState => {
    const known = states.get(cluster) ?? new ClusterState();
    states.set(cluster, known);
    return known;
  };
  const wakeWaiting = (cluster: string): readonly ReconcileRequest[] =>
    (states.get(cluster)?.wake() ?? []).map((pod) => requestFor(cluster, pod));
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
      {
        // Keeps account of places, and wakes those without one when one may have become free.
        type: pods as ResourceType,
        requests: (cluster, object, previous, cache) =>
          seePod(stateOf(cluster), cluster, object as Pod, previous as Pod | undefined, cache)
            ? wakeWaiting(cluster)
            : [],
      },
      wakes(nodes as ResourceType, (node, previous) => previous === undefined || takesOthers(node, previous)),
      wakes(persistentVolumeClaims as ResourceType, () => true),
      wakes(storageClasses as ResourceType, () => true),
      wakes(
        namespaces as ResourceType,
        (object, previous) => previous?.metadata.labels !== object.metadata.labels,
      ),
      // They are read, and wake nobody.
      wakes(podDisruptionBudgets as ResourceType, () => false),
    ],
    reconcile: (request, context) => schedule(request, context, stateOf(request.cluster)),
  };
}

function seePod(
  state: ClusterState,
  cluster: string,
  pod: Pod,
  previous: Pod | undefined,
  cache: ObjectCache,
): boolean {
  const { namespace, name, uid } = pod.metadata;
  const present = cache.get<Pod>(cluster, pods, { namespace, name });
  return state.see(pod, previous, present?.metadata.uid !== uid);
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
  state: ClusterState,
): Promise<ReconcileResult> {
  const pod = context.object;
  if (pod === undefined || !isOurs(pod) || !state.begin(pod)) return { outcome: "settled" };
  // A node that hasn't said what it has isn't there yet.
  const known = context.cache
    .list<Node>(request.cluster, nodes)
    .filter(({ status }) => status?.allocatable !== undefined || status?.capacity !== undefined);
  const age = context.clock.now() - Date.parse(pod.metadata.creationTimestamp ?? "");
  if (known.length === 0 && age < nodePatience) {
    state.reconsider(pod);
    return { outcome: "waiting", reason: "the cluster has no node yet", recheckAfter: nodePatience - age };
  }
  const claims = claimsOf(request.cluster, pod, context.cache);
  const decision = decidePlace(factsOf(request.cluster, pod, known, context.cache, state, claims));
  try {
    await act(request, context, state, pod, claims, decision);
  } catch (error) {
    state.reconsider(pod);
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
  state: ClusterState,
  { claims, obstacle }: ClaimState,
): SchedulingFacts {
  const { placements } = state;
  const exclusive = claims.filter(({ spec }) => spec?.accessModes?.includes("ReadWriteOncePod"));
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
    promised: (node) =>
      state
        .promised(node)
        .filter((other) => other.metadata.uid !== pod.metadata.uid && priorityOf(other) >= priorityOf(pod)),
    obstacle,
    exclusiveClaims: new Set(exclusive.map(({ metadata }) => metadata.name)),
    budgets: () => cache.list<PodDisruptionBudget>(cluster, podDisruptionBudgets),
  };
}

async function act(
  request: ReconcileRequest,
  context: ReconcileContext<Pod>,
  state: ClusterState,
  pod: Pod,
  claims: ClaimState,
  decision: SchedulingDecision,
): Promise<void> {
  switch (decision.type) {
    case "bind":
      if (claims.waiting.length > 0) return chooseNode(request, context, claims, decision.node);
      return place(request, context, state, pod, decision.node);
    case "preempt":
      return makeRoom(request, context, state, pod, decision);
    case "unschedulable": {
      const promised = decision.keepsPromise ? pod.status?.nominatedNodeName : undefined;
      if (promised === undefined) state.takeBack(pod);
      return tellUnschedulable(request, context, pod, decision.message, promised);
    }
  }
}

async function place(
  request: ReconcileRequest,
  context: ReconcileContext<Pod>,
  { placements }: ClusterState,
  pod: Pod,
  node: string,
): Promise<void> {
  placements.assume(pod, node);
  try {
    await bind(request, context, pod, node);
  } catch (error) {
    placements.forget(pod);
    throw error;
  }
}

/** Promises the place to the Pod before anyone has to leave it: it is nobody else's, also if this ends in between. */
async function makeRoom(
  request: ReconcileRequest,
  context: ReconcileContext<Pod>,
  state: ClusterState,
  pod: Pod,
  { node, victims, message }: Extract<SchedulingDecision, { type: "preempt" }>,
): Promise<void> {
  const lower = state.promised(node).filter((other) => priorityOf(other) < priorityOf(pod));
  state.promise(pod, node);
  await tellUnschedulable(request, context, pod, message, node);
  // Who was promised a place there looks for another, unless all had to go for it anyway.
  if (victims.some(({ metadata }) => metadata.deletionTimestamp === undefined)) {
    for (const other of lower) {
      state.takeBack(other);
      state.reconsider(other);
      await takeBackPromise(request, context, other);
    }
  }
  for (const victim of victims) await evict(request, context, victim, pod, node);
}
