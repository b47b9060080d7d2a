import type { Pod } from "@catalyst/ports/kubernetes";

/** First and longest wait after a failed Pod, in milliseconds; upstream's. */
const firstWait = 10_000;
const longestWait = 600_000;

/** How many Pods of a Job failed since one succeeded, and when the last of them did (milliseconds). */
export interface FailureRecord {
  readonly failures: number;
  readonly lastFailure: number;
}

export const noFailures: FailureRecord = { failures: 0, lastFailure: 0 };

/** Goes on with a record, by Pods that ended since. */
export function recordAfter(
  record: FailureRecord,
  succeeded: readonly Pod[],
  failed: readonly Pod[],
): FailureRecord {
  const failedAt = failed.map(finishedAt);
  if (succeeded.length === 0) {
    if (failed.length === 0) return record;
    return { failures: record.failures + failed.length, lastFailure: Math.max(...failedAt) };
  }
  const since = Math.max(...succeeded.map(finishedAt));
  const later = failedAt.filter((time) => time > since);
  return later.length === 0 ? noFailures : { failures: later.length, lastFailure: Math.max(...later) };
}

/** When a Pod may follow those that failed (milliseconds). */
export function nextAttempt({ failures, lastFailure }: FailureRecord): number {
  return failures === 0 ? 0 : lastFailure + Math.min(firstWait * 2 ** (failures - 1), longestWait);
}

/** When a Pod ended: by its containers, else by its not being ready, else by its deletion (milliseconds). */
export function finishedAt(pod: Pod): number {
  const sidecars = new Set(
    (pod.spec.initContainers ?? []).filter((each) => each.restartPolicy === "Always").map(({ name }) => name),
  );
  const ends = [
    ...(pod.status?.containerStatuses ?? []),
    ...(pod.status?.initContainerStatuses ?? []).filter(({ name }) => sidecars.has(name)),
  ].map(({ state }) => state?.terminated?.finishedAt);
  const times = ends.flatMap((end) => (end === undefined ? [] : [Date.parse(end)]));
  if (times.length > 0 && times.length === ends.length) return Math.max(...times);
  const ready = pod.status?.conditions?.find(({ type }) => type === "Ready");
  if (ready?.status === "False" && ready.lastTransitionTime !== undefined)
    return Date.parse(ready.lastTransitionTime);
  const {
    deletionTimestamp,
    deletionGracePeriodSeconds = 0,
    creationTimestamp = "",
  } = pod.metadata as Pod["metadata"] & { readonly deletionGracePeriodSeconds?: number };
  if (deletionTimestamp !== undefined)
    return Date.parse(deletionTimestamp) - deletionGracePeriodSeconds * 1000;
  return Date.parse(creationTimestamp) || 0;
}
