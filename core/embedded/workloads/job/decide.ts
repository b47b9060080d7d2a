import type { Job, Pod } from "@catalyst/ports/kubernetes";
import { isActive, isFinished } from "../common/pod-state.ts";

/** How a Job stands; times in milliseconds. */
export interface JobFacts {
  readonly job: Job;
  readonly pods: readonly Pod[];
  readonly now: number;
}

/** The end of a Job, as its condition says it. */
export interface JobEnd {
  readonly type: "Complete" | "Failed";
  readonly reason: string;
  readonly message: string;
}

export type JobAction =
  | { readonly type: "none"; readonly lookAgainAt?: number | undefined }
  | { readonly type: "create"; readonly indexes: readonly (number | undefined)[] }
  | { readonly type: "delete"; readonly pods: readonly Pod[] }
  | { readonly type: "finish"; readonly end: JobEnd };

const indexAnnotation = "batch.kubernetes.io/job-completion-index";

/** The index of an Indexed Job's Pod. */
export function indexOf(pod: Pod): number | undefined {
  const text = pod.metadata.annotations?.[indexAnnotation];
  return text === undefined ? undefined : Number(text);
}

export function isOver(job: Job): boolean {
  return (job.status?.conditions ?? []).some(
    ({ type, status }) => (type === "Complete" || type === "Failed") && status === "True",
  );
}

/** First and longest wait after a failed Pod, upstream's. */
const firstWait = 10_000;
const longestWait = 600_000;

/** Gives the next step of a Job. */
export function decideJob({ job, pods, now }: JobFacts): JobAction {
  if (isOver(job) || job.metadata.deletionTimestamp !== undefined) return { type: "none" };
  const active = pods.filter(isActive);
  if (job.spec.suspend === true)
    return active.length === 0 ? { type: "none" } : { type: "delete", pods: active };
  const failed = pods.filter((pod) => pod.status?.phase === "Failed");
  const succeeded = successes(job, pods);
  const limit = job.spec.backoffLimit ?? 6;
  const failures = failed.length + restarts(job, active);
  const deadline = deadlineOf(job);
  const end =
    failures > limit
      ? failure("BackoffLimitExceeded", "Job has reached the specified backoff limit")
      : deadline !== undefined && deadline <= now
        ? failure("DeadlineExceeded", "Job was active longer than specified deadline")
        : completion(job, succeeded, active.length);
  if (end !== undefined)
    return active.length > 0 && end.type === "Failed"
      ? { type: "delete", pods: active }
      : { type: "finish", end };
  const waitUntil = retryAt(failed);
  const wanted = wantedActive(job, succeeded);
  if (active.length > wanted) return { type: "delete", pods: active.slice(wanted) };
  if (active.length < wanted && waitUntil <= now)
    return { type: "create", indexes: freeIndexes(job, pods, wanted - active.length) };
  const times = [active.length < wanted ? waitUntil : undefined, deadline].filter(
    (time) => time !== undefined,
  );
  return { type: "none", lookAgainAt: times.length === 0 ? undefined : Math.min(...times) };
}

function failure(reason: string, message: string): JobEnd {
  return { type: "Failed", reason, message };
}

function completion(job: Job, succeeded: number, active: number): JobEnd | undefined {
  const completions = job.spec.completions;
  const enough = completions === undefined ? succeeded > 0 && active === 0 : succeeded >= completions;
  if (!enough) return undefined;
  return {
    type: "Complete",
    reason: "CompletionsReached",
    message: "Reached expected number of succeeded pods",
  };
}

/** Succeeded Pods; of an Indexed Job the indexes that have one. */
export function successes(job: Job, pods: readonly Pod[]): number {
  const succeeded = pods.filter((pod) => pod.status?.phase === "Succeeded");
  if (job.spec.completionMode !== "Indexed") return succeeded.length;
  return new Set(succeeded.map(indexOf)).size;
}

/** Restarts in place count towards the limit where the Pod's policy is OnFailure. */
function restarts(job: Job, active: readonly Pod[]): number {
  if (job.spec.template.spec.restartPolicy !== "OnFailure") return 0;
  return active
    .flatMap((pod) => pod.status?.containerStatuses ?? [])
    .reduce((sum, status) => sum + status.restartCount, 0);
}

function wantedActive(job: Job, succeeded: number): number {
  const parallelism = job.spec.parallelism ?? 1;
  if (job.spec.completions === undefined) return succeeded > 0 ? 0 : parallelism;
  return Math.min(parallelism, job.spec.completions - succeeded);
}

function freeIndexes(job: Job, pods: readonly Pod[], count: number): readonly (number | undefined)[] {
  if (job.spec.completionMode !== "Indexed") return Array.from({ length: count }, () => undefined);
  const taken = new Set(
    pods.filter((pod) => isActive(pod) || pod.status?.phase === "Succeeded").map(indexOf),
  );
  const all = Array.from({ length: job.spec.completions ?? 0 }, (_, index) => index);
  return all.filter((index) => !taken.has(index)).slice(0, count);
}

/** When a new Pod may follow the failed ones. */
function retryAt(failed: readonly Pod[]): number {
  if (failed.length === 0) return 0;
  const ends = failed.map(endOf);
  return Math.max(...ends) + Math.min(firstWait * 2 ** (failed.length - 1), longestWait);
}

function endOf(pod: Pod): number {
  const ends = (pod.status?.containerStatuses ?? []).flatMap(({ state }) =>
    state?.terminated?.finishedAt === undefined ? [] : [Date.parse(state.terminated.finishedAt)],
  );
  return isFinished(pod) && ends.length > 0 ? Math.max(...ends) : 0;
}

function deadlineOf(job: Job): number | undefined {
  const { activeDeadlineSeconds: seconds } = job.spec;
  const start = job.status?.startTime;
  return seconds === undefined || start === undefined ? undefined : Date.parse(start) + seconds * 1000;
}
