import { jsonEqual } from "@catalyst/base/json";
import { type Node, nodes, type Pod, pods, type ResourceType } from "@catalyst/ports/kubernetes";
import {
  type Controller,
  type ReconcileContext,
  type ReconcileRequest,
  type ReconcileResult,
  recordEvent,
  type Trigger,
} from "@catalyst/reconciler";
import { disrupt } from "../common/disrupt.ts";
import { requestFor } from "../common/owner.ts";
import { evictingTaints, stayUnder } from "./decide.ts";

const component = "taint-eviction-controller";

/** A Pod that has to go at some time, or went. */
interface Departure {
  readonly pod: Pod;
  /** In milliseconds. */
  readonly due: number;
  isDone: boolean;
}

const disruption = {
  reason: "DeletionByTaintManager",
  message: "Taint manager: deleting due to NoExecute taint",
};

/** Deletes Pods from nodes with NoExecute taints that they don't tolerate, or no longer: upstream's controller of that name. */
export function taintEvictionController(): Controller<Pod> {
  const departures = new Map<string, Departure>();
  return {
    name: component,
    type: pods,
    selects: (_cluster, pod) => pod.spec.nodeName !== undefined,
    triggers: [taintedNode],
    reconcile: async (request, context) => {
      const key = `${request.cluster}/${request.namespace}/${request.name}`;
      const pod = context.object;
      const known = departures.get(key);
      if (pod === undefined || known?.pod.metadata.uid !== pod.metadata.uid) {
        departures.delete(key);
        if (known?.isDone === false) await tellCancelled(request, context, known.pod);
      }
      if (pod?.spec.nodeName === undefined) return { outcome: "settled" };
      return reconcile(request, context, pod, key, departures);
    },
  };
}

const taintedNode: Trigger = {
  type: nodes as ResourceType,
  requests: (cluster, object, previous, cache) => {
    const isSame = jsonEqual(evictingTaints(object as Node), evictingTaints(previous as Node | undefined));
    if (isSame) return [];
    const { name } = object.metadata;
    return cache
      .list<Pod>(cluster, pods)
      .filter(({ spec }) => spec.nodeName === name)
      .map((pod) => requestFor(cluster, pod));
  },
};

async function reconcile(
  request: ReconcileRequest,
  context: ReconcileContext<Pod>,
  pod: Pod,
  key: string,
  departures: Map<string, Departure>,
): Promise<ReconcileResult> {
  const known = departures.get(key);
  if (known?.isDone === true || pod.metadata.deletionTimestamp !== undefined) return { outcome: "settled" };
  const node = context.cache.get<Node>(request.cluster, nodes, { name: pod.spec.nodeName ?? "" });
  const stay = stayUnder(evictingTaints(node), pod);
  const now = context.clock.now();
  if (stay === "forever" || (stay === 0 && known !== undefined && now < known.due)) {
    departures.delete(key);
    if (known !== undefined) await tellCancelled(request, context, known.pod);
    if (stay === "forever") return { outcome: "settled" };
  }
  // Once it has been decided when a Pod goes, other taints and tolerations change that no more, unless it may stay.
  const departure = departures.get(key) ?? { pod, due: now + stay, isDone: false };
  departures.set(key, departure);
  if (now < departure.due) return { outcome: "settled", recheckAfter: departure.due - now };
  await depart(request, context, pod);
  departure.isDone = true;
  return { outcome: "settled" };
}

async function depart(
  request: ReconcileRequest,
  { clusters, clock }: ReconcileContext<Pod>,
  pod: Pod,
): Promise<void> {
  const client = clusters.client(request.cluster);
  const message = `Marking for deletion Pod ${request.namespace}/${request.name}`;
  await recordEvent(client, clock, component, pod, {
    type: "Normal",
    reason: "TaintManagerEviction",
    message,
  });
  await disrupt(client, pod, disruption, clock.now());
}

async function tellCancelled(
  request: ReconcileRequest,
  { clusters, clock }: ReconcileContext<Pod>,
  pod: Pod,
): Promise<void> {
  const client = clusters.client(request.cluster);
  const message = `Cancelling deletion of Pod ${request.namespace}/${request.name}`;
  await recordEvent(client, clock, component, pod, {
    type: "Normal",
    reason: "TaintManagerEviction",
    message,
  });
}
