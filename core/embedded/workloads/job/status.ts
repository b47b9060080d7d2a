import { rfc3339 } from "@catalyst/base/clock";
import type { Job, JobStatus, WorkloadCondition } from "@catalyst/ports/kubernetes";
import type { Assessment } from "./assess.ts";
import type { JobEnd } from "./decide.ts";
import { isUncounted, type Tracking } from "./track.ts";

/** What a pass did to the number of Pods. */
export interface PodChanges {
  readonly created: number;
  readonly deleted: number;
  readonly deletedReady: number;
}

export const noChanges: PodChanges = { created: 0, deleted: 0, deletedReady: 0 };

/** The status of a Job after a pass, before the Pods that ended are let go. */
export function statusAfter(
  facts: Assessment,
  { status }: Tracking,
  changes: PodChanges,
  end: JobEnd | undefined,
): JobStatus {
  const { job, now, active, ready, terminating } = facts;
  const { conditions, startTime } = beginnings(facts, end);
  return {
    ...status,
    startTime,
    active: active.length + changes.created - changes.deleted,
    ready: ready - changes.deletedReady,
    terminating: terminating.length + changes.deleted,
    conditions: end === undefined || has(job, end.type) ? conditions : added(conditions, end, now),
  } as JobStatus;
}

/** Adds the end itself once every Pod is counted and gone. */
export function endedStatus(status: JobStatus, end: JobEnd, now: number): JobStatus | undefined {
  if (isUncounted(status) || (status.terminating ?? 0) > 0) return undefined;
  const type = end.type === "SuccessCriteriaMet" ? "Complete" : "Failed";
  return {
    ...status,
    conditions: added(status.conditions ?? [], { ...end, type }, now),
    ...(type === "Complete" ? { completionTime: rfc3339(now) } : {}),
  };
}

/** Whether this pass suspends a Job or lets it go on. */
export function suspension(
  { job }: Assessment,
  end: JobEnd | undefined,
): "Suspended" | "Resumed" | undefined {
  if (end !== undefined || job.metadata.deletionTimestamp !== undefined) return undefined;
  const before = job.status?.conditions?.find(({ type }) => type === "Suspended");
  if (job.spec.suspend === true) return before?.status === "True" ? undefined : "Suspended";
  return before === undefined || before.status === "False" ? undefined : "Resumed";
}

/** The start moves with each suspension: a deadline counts what a Job is active without a break. */
function beginnings(facts: Assessment, end: JobEnd | undefined) {
  const { job, now } = facts;
  const { conditions = [], startTime } = job.status ?? {};
  const change = suspension(facts, end);
  if (change === undefined) {
    const begins = startTime === undefined && job.spec.suspend !== true;
    return { conditions, startTime: begins ? rfc3339(now) : startTime };
  }
  const isSuspended = change === "Suspended";
  const condition = conditionOf(
    { type: "Suspended", reason: `Job${change}`, message: `Job ${change.toLowerCase()}` },
    isSuspended ? "True" : "False",
    now,
  );
  const known = conditions.some(({ type }) => type === "Suspended");
  return {
    conditions: known
      ? conditions.map((each) => (each.type === "Suspended" ? condition : each))
      : [...conditions, condition],
    startTime: isSuspended ? undefined : rfc3339(now),
  };
}

type Content = { readonly type: string; readonly reason: string; readonly message: string };

function added(
  conditions: readonly WorkloadCondition[],
  content: Content,
  now: number,
): readonly WorkloadCondition[] {
  return [...conditions, conditionOf(content, "True", now)];
}

function conditionOf({ type, reason, message }: Content, status: "True" | "False", now: number) {
  const time = rfc3339(now);
  return { type, status, lastProbeTime: time, lastTransitionTime: time, reason, message } as const;
}

function has({ status }: Job, type: string): boolean {
  return status?.conditions?.some((each) => each.type === type && each.status === "True") === true;
}
