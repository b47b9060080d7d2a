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
  | { readonly type: "delete"; readonly pod: Pod };

/**
 * Gives the next steps. In order (`OrderedReady`) that is at most one: a Pod begins when all before it are
 * available, ends when all after it are gone, and gets a new template from the last to the first.
 */
export function decideStatefulSet(facts: StatefulSetFacts): readonly StatefulSetAction[] {
  const { set } = facts;
  if (set.metadata.deletionTimestamp !== undefined) return [];
  const isParallel = set.spec.podManagementPolicy === "Parallel";
  const first = set.spec.ordinals?.start ?? 0;
  const end = first + (set.spec.replicas ?? 1);
  const byOrdinal = new Map(facts.pods.map((pod) => [ordinalOf(set, pod), pod]));
  const steps: StatefulSetAction[] = [];
  for (let ordinal = first; ordinal < end; ordinal++) {
    const pod = byOrdinal.get(ordinal);
    const step = keep(facts, ordinal, pod);
    if (step !== undefined) steps.push(step);
    const waits = step !== undefined || pod === undefined || !isSettled(facts, pod);
    if (!isParallel && waits) return steps;
  }
  const surplus = facts.pods
    .map((pod) => ({ pod, ordinal: ordinalOf(set, pod) ?? -1 }))
    .filter(({ ordinal }) => ordinal < first || ordinal >= end)
    .sort((a, b) => b.ordinal - a.ordinal);
  for (const { pod } of surplus) {
    if (!isTerminating(pod)) steps.push({ type: "delete", pod });
    if (!isParallel) return steps;
  }
  return steps.length > 0 ? steps : update(facts, byOrdinal, first, end);
}

/** What a wanted Pod needs. */
function keep(facts: StatefulSetFacts, ordinal: number, pod: Pod | undefined): StatefulSetAction | undefined {
  if (pod === undefined) return { type: "create", ordinal, revision: revisionFor(facts, ordinal) };
  return isFinished(pod) && !isTerminating(pod) ? { type: "delete", pod } : undefined;
}

function isSettled({ set, now }: StatefulSetFacts, pod: Pod): boolean {
  return !isTerminating(pod) && isAvailable(pod, set.spec.minReadySeconds ?? 0, now);
}

/** Pods below the partition, and those the update hasn't come to, keep the template they had. */
function revisionFor(facts: StatefulSetFacts, ordinal: number): string {
  const { set, pods, currentRevision, updateRevision } = facts;
  if (set.spec.updateStrategy?.type === "OnDelete") return updateRevision;
  const partition = set.spec.updateStrategy?.rollingUpdate?.partition ?? 0;
  if (ordinal < (set.spec.ordinals?.start ?? 0) + partition) return currentRevision;
  const nextIsOld = pods.some(
    (pod) => ordinalOf(set, pod) === ordinal + 1 && pod.metadata.labels?.[revisionLabel] === currentRevision,
  );
  return nextIsOld ? currentRevision : updateRevision;
}

function update(
  facts: StatefulSetFacts,
  byOrdinal: ReadonlyMap<number | undefined, Pod>,
  first: number,
  end: number,
): readonly StatefulSetAction[] {
  const strategy = facts.set.spec.updateStrategy;
  if (strategy?.type === "OnDelete") return [];
  const last = first + (strategy?.rollingUpdate?.partition ?? 0);
  for (let ordinal = end - 1; ordinal >= last; ordinal--) {
    const pod = byOrdinal.get(ordinal);
    if (pod === undefined) return [];
    const isNew = pod.metadata.labels?.[revisionLabel] === facts.updateRevision;
    if (!isNew && !isTerminating(pod)) return [{ type: "delete", pod }];
    if (!isReady(pod) || isTerminating(pod)) return [];
  }
  return [];
}
