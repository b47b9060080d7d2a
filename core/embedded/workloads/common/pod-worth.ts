import type { Pod } from "@catalyst/ports/kubernetes";
import { isActive, isReady, readySince } from "./pod-state.ts";

const deletionCost = "controller.kubernetes.io/pod-deletion-cost";

/** What a ranking looks at besides the Pods themselves. */
export interface Ranking {
  /** How many active Pods of the family are on each node: crowded ones go first. */
  readonly byNode: ReadonlyMap<string, number>;
  /** Ages are compared by their order of magnitude, seen from this moment (milliseconds). */
  readonly now: number;
}

/** How many active Pods are on each node. */
export function podsByNode(pods: readonly Pod[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const pod of pods) {
    const node = pod.spec.nodeName ?? "";
    if (isActive(pod)) counts.set(node, (counts.get(node) ?? 0) + 1);
  }
  return counts;
}

/**
 * Orders Pods, the least worth keeping first; the tests and their order are upstream's: ActivePodsWithRanks with a
 * ranking, ActivePods without.
 */
export function byWorth(ranking?: Ranking): (a: Pod, b: Pod) => number {
  const crowd = (pod: Pod) => ranking?.byNode.get(pod.spec.nodeName ?? "") ?? 0;
  const price = (pod: Pod) => (ranking === undefined ? 0 : cost(pod));
  return (a, b) =>
    Number(a.spec.nodeName !== undefined) - Number(b.spec.nodeName !== undefined) ||
    phaseRank(a) - phaseRank(b) ||
    Number(isReady(a)) - Number(isReady(b)) ||
    price(a) - price(b) ||
    crowd(b) - crowd(a) ||
    younger(a, b, readySince, ranking?.now) ||
    restarts(b) - restarts(a) ||
    younger(a, b, createdAt, ranking?.now);
}

/** The younger first; of ages of one order of magnitude the smaller uid, so that no age is always chosen. */
function younger(a: Pod, b: Pod, timeOf: (pod: Pod) => number | undefined, now: number | undefined): number {
  const [first, second] = [timeOf(a), timeOf(b)];
  if (first === undefined || second === undefined || first === second) return 0;
  if (now === undefined) return second - first;
  const difference = magnitude(now - first) - magnitude(now - second);
  return difference || ((a.metadata.uid ?? "") < (b.metadata.uid ?? "") ? -1 : 1);
}

function magnitude(milliseconds: number): number {
  return milliseconds <= 0 ? -1 : Math.floor(Math.log2(milliseconds * 1e6));
}

function createdAt(pod: Pod): number | undefined {
  const { creationTimestamp } = pod.metadata;
  return creationTimestamp === undefined ? undefined : Date.parse(creationTimestamp);
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
