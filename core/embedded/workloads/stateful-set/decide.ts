import type { Pod, StatefulSet } from "@catalyst/ports/kubernetes";
import { isAvailable, isFinished, isReady, isTerminating } from "../common/pod-state.ts";
import { revisionLabel } from "../common/revision.ts";
import { ordinalOf } from "./pod.ts";

export interface StatefulSetFacts {
  readonly set: StatefulSet;
  readonly pods: readonly Pod[];
  /** Names of the template Pods had and of the one they are to have. */
  readonly currentRevision: string;
  readonly updateRevision: string;
  readonly now: number;
}

export type StatefulSetAction =
  | { readonly type: "create"; readonly ordinal: number; readonly revision: string }
  /** Makes claims that a Pod waits for. */
  | { readonly type: "provide"; readonly ordinal: number; readonly pod: Pod }
  | { readonly type: "delete"; readonly pod: Pod }
  /** Ends a Pod of an old template, so that one of the new takes its place. */
  | { readonly type: "replace"; readonly pod: Pod };

/**
 * Gives the next steps. In order (`OrderedReady`) a Pod begins when all before it are available, ends when all
 * after it are gone, and gets a new template from the last to the first. The rules are upstream's.
 */
export function decideStatefulSet(facts: StatefulSetFacts): readonly StatefulSetAction[] {
  const { set, pods } = facts;
  if (set.metadata.deletionTimestamp !== undefined) return [];
  const isOrdered = set.spec.podManagementPolicy !== "Parallel";
  const { first, end } = ordinalsOf(set);
  const byOrdinal = new Map(pods.map((pod) => [ordinalOf(set, pod), pod]));
  const steps: StatefulSetAction[] = [];
  for (let ordinal = first; ordinal < end; ordinal++) {
    const pod = byOrdinal.get(ordinal);
    const step = keep(facts, ordinal, pod);
    if (step !== undefined) steps.push(step);
    if (isOrdered && (pod === undefined || isUnavailable(facts, pod))) return steps;
  }
  const condemned = surplusOf(set, pods);
  const leaving = condemn(facts, byOrdinal, condemned, isOrdered);
  steps.push(...leaving);
  const waits = leaving.length > 0 || condemned.some(isTerminating);
  if ((isOrdered && waits) || set.spec.updateStrategy?.type === "OnDelete") return steps;
  return [...steps, ...update(facts, byOrdinal)];
}

/** The ordinals a set is to have: from `first`, up to but without `end`. */
export function ordinalsOf({ spec }: StatefulSet): { readonly first: number; readonly end: number } {
  const first = spec.ordinals?.start ?? 0;
  return { first, end: first + (spec.replicas ?? 1) };
}

/** Pods of ordinals the set isn't to have, the highest first. */
function surplusOf(set: StatefulSet, pods: readonly Pod[]): readonly Pod[] {
  const { first, end } = ordinalsOf(set);
  return pods
    .map((pod) => ({ pod, ordinal: ordinalOf(set, pod) ?? first }))
    .filter(({ ordinal }) => ordinal < first || ordinal >= end)
    .sort((a, b) => b.ordinal - a.ordinal)
    .map(({ pod }) => pod);
}

/** What a wanted Pod needs. */
function keep(facts: StatefulSetFacts, ordinal: number, pod: Pod | undefined): StatefulSetAction | undefined {
  if (pod === undefined) return { type: "create", ordinal, revision: revisionFor(facts, ordinal) };
  if (isFinished(pod)) return isTerminating(pod) ? undefined : { type: "delete", pod };
  return pod.status?.phase === "Pending" ? { type: "provide", ordinal, pod } : undefined;
}

function isUnavailable({ set, now }: StatefulSetFacts, pod: Pod): boolean {
  return isTerminating(pod) || !isAvailable(pod, set.spec.minReadySeconds ?? 0, now);
}

/** One after the other in order, and only while all others are well; all at once otherwise. */
function condemn(
  facts: StatefulSetFacts,
  byOrdinal: ReadonlyMap<number | undefined, Pod>,
  condemned: readonly Pod[],
  isOrdered: boolean,
): readonly StatefulSetAction[] {
  const doomed = condemned.filter((pod) => !isTerminating(pod));
  if (!isOrdered) return doomed.map((pod) => ({ type: "delete", pod }));
  const [next] = condemned;
  if (next === undefined || isTerminating(next)) return [];
  const { first, end } = ordinalsOf(facts.set);
  const wanted = Array.from({ length: end - first }, (_, index) => byOrdinal.get(first + index));
  const isIll = wanted.some((pod) => pod === undefined || isUnavailable(facts, pod));
  const firstIll = condemned.findLast((pod) => isUnavailable(facts, pod));
  const mayGo = !isUnavailable(facts, next) || (!isIll && firstIll === next);
  return mayGo ? [{ type: "delete", pod: next }] : [];
}

/** Pods below the partition keep the template they had; without one, as many as have it. */
function revisionFor({ set, currentRevision, updateRevision }: StatefulSetFacts, ordinal: number): string {
  const { first } = ordinalsOf(set);
  const { type = "RollingUpdate", rollingUpdate } = set.spec.updateStrategy ?? {};
  const kept =
    rollingUpdate === undefined
      ? type === "RollingUpdate"
        ? (set.status?.currentReplicas ?? 0)
        : 0
      : (rollingUpdate.partition ?? 0);
  return ordinal < first + kept ? currentRevision : updateRevision;
}

/** From the last to the first: the next Pod of an old template, once all after it are available. */
function update(
  facts: StatefulSetFacts,
  byOrdinal: ReadonlyMap<number | undefined, Pod>,
): readonly StatefulSetAction[] {
  const { first, end } = ordinalsOf(facts.set);
  const least = first + (facts.set.spec.updateStrategy?.rollingUpdate?.partition ?? 0);
  for (let ordinal = end - 1; ordinal >= least; ordinal--) {
    const pod = byOrdinal.get(ordinal);
    if (pod === undefined) return [];
    const isNew = pod.metadata.labels?.[revisionLabel] === facts.updateRevision;
    if (!isNew && !isTerminating(pod)) return [{ type: "replace", pod }];
    if (isUnavailable(facts, pod)) return [];
  }
  return [];
}

/** Running and ready: what counts for the status. */
export function isRunningAndReady(pod: Pod): boolean {
  return pod.status?.phase === "Running" && isReady(pod);
}
