import type { JobStatus, Pod } from "@catalyst/ports/kubernetes";
import { type Assessment, isIndexed, validIndex } from "./assess.ts";
import type { JobEnd } from "./decide.ts";
import { Indexes } from "./indexes.ts";
import { isTracked } from "./pod.ts";
import { isPodFailed, judgeFailure } from "./pod-failure.ts";

/** The most Pods a status lists as uncounted; upstream's. */
const mostUncounted = 500;

/** What is to be written down of Pods that ended, before they are let go. */
export interface Tracking {
  readonly status: JobStatus;
  /** Pods whose finalizer may go once the status is written. */
  readonly letGo: readonly Pod[];
  /** Whether more Pods ended than one pass takes. */
  readonly isFull: boolean;
}

/**
 * Takes Pods that ended into the status, as uids first: a Pod is counted once it is listed and its finalizer is
 * gone, so that a stop between any two writes counts none twice and loses none. The rules are upstream's
 * (`trackJobStatusAndRemoveFinalizers`).
 */
export function trackPods(facts: Assessment, before: JobStatus, end: JobEnd | undefined): Tracking {
  const { job, pods } = facts;
  const status = countReleased(before, heldBy(pods));
  const succeeded = [...(status.uncountedTerminatedPods?.succeeded ?? [])];
  const failed = [...(status.uncountedTerminatedPods?.failed ?? [])];
  const indexes: number[] = [];
  const letGo: Pod[] = [];
  let isFull = false;
  for (const pod of pods) {
    if (!isTracked(pod) || !mayGo(facts, pod, end)) continue;
    letGo.push(pod);
    const uid = pod.metadata.uid ?? "";
    if (pod.status?.phase === "Succeeded" && !failed.includes(uid)) {
      const index = validIndex(job, pod);
      if (!isIndexed(job)) {
        if (!succeeded.includes(uid)) succeeded.push(uid);
      } else if (index !== undefined && !facts.countedIndexes.has(index)) indexes.push(index);
    } else if (countsAsFailed(facts, pod, end) && !failed.includes(uid)) failed.push(uid);
    isFull = indexes.length + succeeded.length + failed.length >= mostUncounted;
    if (isFull) break;
  }
  const uncountedTerminatedPods = listOf(succeeded, failed);
  if (!isIndexed(job)) return { status: { ...status, uncountedTerminatedPods }, letGo, isFull };
  const completed = facts.countedIndexes.with(Indexes.of(indexes));
  const { failedIndexes } = facts;
  return {
    status: {
      ...status,
      uncountedTerminatedPods,
      succeeded: completed.size,
      completedIndexes: completed.size === 0 ? undefined : completed.toString(),
      ...(failedIndexes === undefined ? {} : { failedIndexes: failedIndexes.toString() }),
    } as JobStatus,
    letGo,
    isFull,
  };
}

/** Pods still held by their finalizer. */
export function heldBy(pods: readonly Pod[]): ReadonlySet<string> {
  return new Set(pods.filter(isTracked).map((pod) => pod.metadata.uid ?? ""));
}

/** Moves listed Pods that nothing holds any more into the counts. */
export function countReleased(status: JobStatus, held: ReadonlySet<string>): JobStatus {
  const { succeeded = [], failed = [] } = status.uncountedTerminatedPods ?? {};
  const still = {
    succeeded: succeeded.filter((uid) => held.has(uid)),
    failed: failed.filter((uid) => held.has(uid)),
  };
  return {
    ...status,
    succeeded: (status.succeeded ?? 0) + succeeded.length - still.succeeded.length,
    failed: (status.failed ?? 0) + failed.length - still.failed.length,
    uncountedTerminatedPods: listOf(still.succeeded, still.failed),
  };
}

export function isUncounted({ uncountedTerminatedPods }: JobStatus): boolean {
  const { succeeded = [], failed = [] } = uncountedTerminatedPods ?? {};
  return succeeded.length + failed.length > 0;
}

function listOf(succeeded: readonly string[], failed: readonly string[]) {
  return {
    ...(succeeded.length === 0 ? {} : { succeeded }),
    ...(failed.length === 0 ? {} : { failed }),
  };
}

function mayGo({ job, awaitingSuccessor }: Assessment, pod: Pod, end: JobEnd | undefined): boolean {
  const isEnding = job.metadata.deletionTimestamp !== undefined || end !== undefined;
  if (isEnding || pod.status?.phase === "Succeeded") return true;
  if (!isPodFailed(pod, job)) return false;
  const index = validIndex(job, pod);
  return index === undefined || awaitingSuccessor.get(index)?.metadata.uid !== pod.metadata.uid;
}

/** Whoever hasn't ended when a Job fails, failed. */
function countsAsFailed({ job }: Assessment, pod: Pod, end: JobEnd | undefined): boolean {
  if (!isPodFailed(pod, job) && end?.type !== "FailureTarget") return false;
  if (isIndexed(job) && validIndex(job, pod) === undefined) return false;
  return judgeFailure(job, pod).counts;
}
