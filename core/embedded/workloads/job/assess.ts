import type { Job, JobStatus, Pod } from "@catalyst/ports/kubernetes";
import { isActive, isFinished, isReady, isTerminating } from "../common/pod-state.ts";
import { type FailureRecord, finishedAt, recordAfter } from "./backoff.ts";
import { Indexes, noIndexes } from "./indexes.ts";
import { failuresOf, indexOf, isTracked } from "./pod.ts";
import { isPodFailed, judgeFailure } from "./pod-failure.ts";

/** What is known of a Job. Times in milliseconds. */
export interface JobFacts {
  readonly job: Job;
  readonly pods: readonly Pod[];
  /** Failures up to the last look. */
  readonly record: FailureRecord;
  readonly now: number;
}

/** How a Job stands. */
export interface Assessment extends JobFacts {
  readonly active: readonly Pod[];
  readonly ready: number;
  /** Pods that are being deleted and haven't ended. */
  readonly terminating: readonly Pod[];
  readonly succeeded: number;
  /** Failures that count towards `backoffLimit`. */
  readonly failed: number;
  /** Indexes the status names already. */
  readonly countedIndexes: Indexes;
  readonly succeededIndexes: Indexes;
  /** Undefined where failures aren't counted for each index. */
  readonly failedIndexes: Indexes | undefined;
  /** Failed Pods that stay until the one that takes their index over has their count of failures. */
  readonly awaitingSuccessor: ReadonlyMap<number, Pod>;
}

export function isIndexed({ spec }: Job): boolean {
  return spec.completionMode === "Indexed";
}

/** Whether an index fails on its own, after failures of its own. */
export function countsByIndex({ spec }: Job): boolean {
  return spec.backoffLimitPerIndex !== undefined;
}

/** Counts a Job's Pods. The rules are upstream's (job controller, `syncJob`). */
export function assessJob(facts: JobFacts): Assessment {
  const { job, pods } = facts;
  const status = job.status ?? {};
  const { succeeded: uncountedSucceeded = [], failed: uncountedFailed = [] } =
    status.uncountedTerminatedPods ?? {};
  const active = pods.filter(isActive);
  const newSucceeded = freshPods(facts, uncountedSucceeded).filter(
    (pod) => pod.status?.phase === "Succeeded",
  );
  const newFailed = freshPods(facts, uncountedFailed).filter((pod) => isPodFailed(pod, job));
  const counted = newFailed.filter((pod) => judgeFailure(job, pod).counts);
  const indexes = indexesOf(facts, active);
  return {
    ...facts,
    record: recordAfter(facts.record, newSucceeded, newFailed),
    active,
    ready: active.filter(isReady).length,
    terminating: pods.filter((pod) => isTerminating(pod) && !isFinished(pod)),
    succeeded: isIndexed(job)
      ? indexes.succeededIndexes.size
      : (status.succeeded ?? 0) + newSucceeded.length + uncountedSucceeded.length,
    failed: (status.failed ?? 0) + counted.length + uncountedFailed.length,
    ...indexes,
  };
}

/** Pods still held that no count and no list of the status has yet. */
function freshPods({ job, pods }: JobFacts, listed: readonly string[]): readonly Pod[] {
  return pods.filter(
    (pod) =>
      isTracked(pod) &&
      !listed.includes(pod.metadata.uid ?? "") &&
      (!isIndexed(job) || validIndex(job, pod) !== undefined),
  );
}

/** The index of a Pod when the Job has such a one. */
export function validIndex(job: Job, pod: Pod): number | undefined {
  const index = indexOf(pod);
  return index !== undefined && index < (job.spec.completions ?? 0) ? index : undefined;
}

type IndexFacts = Pick<
  Assessment,
  "countedIndexes" | "succeededIndexes" | "failedIndexes" | "awaitingSuccessor"
>;

function indexesOf(facts: JobFacts, active: readonly Pod[]): IndexFacts {
  const { job, pods } = facts;
  if (!isIndexed(job)) {
    const none = { countedIndexes: noIndexes, succeededIndexes: noIndexes, failedIndexes: undefined };
    return { ...none, awaitingSuccessor: new Map() };
  }
  const { completedIndexes = "", failedIndexes } = (job.status ?? {}) as JobStatus;
  const completions = job.spec.completions ?? 0;
  const tracked = pods.filter(isTracked);
  const having = (test: (pod: Pod) => boolean) =>
    Indexes.of(tracked.filter(test).flatMap((pod) => validIndex(job, pod) ?? []));
  const countedIndexes = Indexes.parse(completedIndexes, completions);
  const succeededIndexes = countedIndexes.with(having((pod) => pod.status?.phase === "Succeeded"));
  if (!countsByIndex(job))
    return { countedIndexes, succeededIndexes, failedIndexes: undefined, awaitingSuccessor: new Map() };
  const failed = Indexes.parse(failedIndexes ?? "", completions).with(having((pod) => failsIndex(job, pod)));
  const settled = succeededIndexes.with(failed).with(Indexes.of(active.flatMap((pod) => indexOf(pod) ?? [])));
  return {
    countedIndexes,
    succeededIndexes,
    failedIndexes: failed,
    awaitingSuccessor: awaiting(job, tracked, settled),
  };
}

/** Whether a Pod is the last its index may fail. */
function failsIndex(job: Job, pod: Pod): boolean {
  if (!isPodFailed(pod, job)) return false;
  const { action, counts } = judgeFailure(job, pod);
  if (action === "FailIndex") return true;
  return counts && failuresOf(pod).counted >= (job.spec.backoffLimitPerIndex ?? 0);
}

/** Of each index that is to go on, the failed Pod that knows of the most failures. */
function awaiting(job: Job, tracked: readonly Pod[], settled: Indexes): ReadonlyMap<number, Pod> {
  const result = new Map<number, Pod>();
  for (const pod of tracked) {
    const index = validIndex(job, pod);
    if (index === undefined || settled.has(index) || !isPodFailed(pod, job)) continue;
    const before = result.get(index);
    if (before === undefined || (failures(before) <= failures(pod) && finishedAt(pod) >= finishedAt(before)))
      result.set(index, pod);
  }
  return result;
}

export function failures(pod: Pod): number {
  const { counted, ignored } = failuresOf(pod);
  return counted + ignored;
}
