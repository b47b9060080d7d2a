import type { Pod, ReplicaSet } from "@catalyst/ports/kubernetes";
import { isActive, isReady } from "../common/pod-state.ts";

/** What to do about the number of a ReplicaSet's Pods. */
export type ReplicaSetAction =
  | { readonly type: "none" }
  | { readonly type: "create"; readonly count: number }
  | { readonly type: "delete"; readonly pods: readonly Pod[] };

/** The most Pods created or deleted in one pass. */
const burst = 100;

/** Compares the Pods there are with the number wanted. */
export function decideReplicaSet(set: ReplicaSet, pods: readonly Pod[]): ReplicaSetAction {
  if (set.metadata.deletionTimestamp !== undefined) return { type: "none" };
  const active = pods.filter(isActive);
  const missing = (set.spec.replicas ?? 1) - active.length;
  if (missing > 0) return { type: "create", count: Math.min(missing, burst) };
  if (missing === 0) return { type: "none" };
  const victims = [...active].sort(byWorth).slice(0, Math.min(-missing, burst));
  return { type: "delete", pods: victims };
}

const deletionCost = "controller.kubernetes.io/pod-deletion-cost";

/** Least worth keeping first; the order of the tests is upstream's (ActivePodsWithRanks). */
function byWorth(a: Pod, b: Pod): number {
  return (
    Number(a.spec.nodeName !== undefined) - Number(b.spec.nodeName !== undefined) ||
    phaseRank(a) - phaseRank(b) ||
    Number(isReady(a)) - Number(isReady(b)) ||
    cost(a) - cost(b) ||
    restarts(b) - restarts(a) ||
    compare(b.metadata.creationTimestamp, a.metadata.creationTimestamp) ||
    compare(a.metadata.name, b.metadata.name)
  );
}

function phaseRank(pod: Pod): number {
  return { Pending: 0, Unknown: 1, Running: 2, Succeeded: 3, Failed: 3 }[pod.status?.phase ?? "Pending"];
}

function cost(pod: Pod): number {
  return Number(pod.metadata.annotations?.[deletionCost] ?? 0) || 0;
}

function restarts(pod: Pod): number {
  return Math.max(0, ...(pod.status?.containerStatuses ?? []).map((container) => container.restartCount));
}

function compare(a = "", b = ""): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
