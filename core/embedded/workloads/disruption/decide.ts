import type { Pod, PodDisruptionBudget } from "@catalyst/ports/kubernetes";
import { resolve } from "../common/int-or-percent.ts";
import { isReady, isTerminating } from "../common/pod-state.ts";

/** How long the deletion of an evicted Pod is waited for, in milliseconds. */
export const deletionPatience = 2 * 60_000;

/** What a budget is counted from. */
export interface DisruptionFacts {
  readonly budget: PodDisruptionBudget;
  /** The Pods it selects. */
  readonly pods: readonly Pod[];
  /** How many Pods their controllers are to have; asked for only where the budget goes by it. */
  readonly scale: number;
  readonly now: number;
}

export interface DisruptionCounts {
  readonly disruptionsAllowed: number;
  readonly currentHealthy: number;
  readonly desiredHealthy: number;
  readonly expectedPods: number;
  readonly disruptedPods: Readonly<Record<string, string>>;
}

export interface DisruptionDecision {
  readonly counts: DisruptionCounts;
  /** Pods whose deletion was granted and never came. */
  readonly notDeleted: readonly Pod[];
  /** When the next grant is over. */
  readonly lookAgainAt: number | undefined;
}

/** Whether a budget's numbers follow from what the Pods' controllers are to have. */
export function goesByScale({ spec }: PodDisruptionBudget): boolean {
  return spec?.maxUnavailable !== undefined || typeof spec?.minAvailable === "string";
}

/** Counts what a budget allows. The arithmetic is upstream's (disruption controller). */
export function decideDisruption({ budget, pods, scale, now }: DisruptionFacts): DisruptionDecision {
  const disrupted: Record<string, string> = {};
  const notDeleted: Pod[] = [];
  const ends: number[] = [];
  for (const pod of pods) {
    const granted = budget.status?.disruptedPods?.[pod.metadata.name];
    if (granted === undefined || isTerminating(pod)) continue;
    const end = Date.parse(granted) + deletionPatience;
    if (end < now) notDeleted.push(pod);
    else {
      disrupted[pod.metadata.name] = granted;
      ends.push(end);
    }
  }
  const currentHealthy = pods.filter(
    (pod) => !isTerminating(pod) && disrupted[pod.metadata.name] === undefined && isReady(pod),
  ).length;
  const { expectedPods, desiredHealthy } = wanted(budget, pods.length, scale);
  const spare = expectedPods <= 0 ? 0 : Math.max(0, currentHealthy - desiredHealthy);
  return {
    counts: {
      disruptionsAllowed: spare,
      currentHealthy,
      desiredHealthy,
      expectedPods,
      disruptedPods: disrupted,
    },
    notDeleted,
    lookAgainAt: ends.length === 0 ? undefined : Math.min(...ends),
  };
}

function wanted({ spec }: PodDisruptionBudget, selected: number, scale: number) {
  const { maxUnavailable, minAvailable } = spec ?? {};
  if (maxUnavailable !== undefined) {
    const missing = resolve(maxUnavailable, scale, Math.ceil);
    return { expectedPods: scale, desiredHealthy: Math.max(0, scale - missing) };
  }
  if (typeof minAvailable === "number") return { expectedPods: selected, desiredHealthy: minAvailable };
  if (minAvailable === undefined) return { expectedPods: 0, desiredHealthy: 0 };
  return { expectedPods: scale, desiredHealthy: resolve(minAvailable, scale, Math.ceil) };
}
