import type { Job, Pod } from "@catalyst/ports/kubernetes";
import { byWorth } from "../common/pod-worth.ts";
import { type Assessment, countsByIndex, failures, isIndexed, validIndex } from "./assess.ts";
import { finishedAt, nextAttempt } from "./backoff.ts";
import { Indexes, noIndexes } from "./indexes.ts";
import { failuresOf, indexOf, type PodPlan } from "./pod.ts";
import { isPodFailed, judgeFailure, replacesOnlyFailed } from "./pod-failure.ts";

/** Why a Job is to end; its Pods are still to be deleted and counted. */
export interface JobEnd {
  readonly type: "SuccessCriteriaMet" | "FailureTarget";
  readonly reason: string;
  readonly message: string;
}

export type JobAction =
  | { readonly type: "none"; readonly lookAgainAt?: number | undefined }
  | { readonly type: "create"; readonly plans: readonly PodPlan[] }
  /** Too many Pods, or suspended: they go uncounted. */
  | { readonly type: "drop"; readonly pods: readonly Pod[] }
  | { readonly type: "finish"; readonly end: JobEnd };

/** The most Pods created or deleted in one pass; upstream's. */
const burst = 500;

export function isOver(job: Job): boolean {
  return (job.status?.conditions ?? []).some(
    ({ type, status }) => (type === "Complete" || type === "Failed") && status === "True",
  );
}

/** Gives the next step of a Job that isn't over. The order of the tests is upstream's. */
export function decideJob(facts: Assessment): JobAction {
  const { job, active } = facts;
  const end = endOf(facts);
  if (end !== undefined) return { type: "finish", end };
  if (job.metadata.deletionTimestamp !== undefined) return { type: "none" };
  if (job.spec.suspend === true)
    return active.length === 0 ? { type: "none" } : { type: "drop", pods: active };
  const wanted = wantedActive(facts);
  const surplus = surplusPods(facts, Math.max(0, active.length - wanted));
  if (surplus.length > 0) return { type: "drop", pods: surplus.slice(0, burst) };
  const waiting = replacesOnlyFailed(job) ? facts.terminating.length : 0;
  const missing = wanted - waiting - active.length;
  const lookAgainAt = deadlineOf(job);
  if (missing <= 0) return { type: "none", lookAgainAt };
  return createMissing(facts, Math.min(missing, burst), lookAgainAt);
}

function endOf(facts: Assessment): JobEnd | undefined {
  return decidedEnd(facts) ?? failure(facts) ?? indexFailure(facts) ?? success(facts);
}

/** An end decided before stands, whatever happened since. */
function decidedEnd({ job }: Assessment): JobEnd | undefined {
  for (const type of ["SuccessCriteriaMet", "FailureTarget"] as const) {
    const condition = job.status?.conditions?.find((each) => each.type === type && each.status === "True");
    if (condition !== undefined)
      return { type, reason: condition.reason ?? "", message: condition.message ?? "" };
  }
  return undefined;
}

function failed(reason: string, message: string): JobEnd {
  return { type: "FailureTarget", reason, message };
}

function failure({ job, pods, failed: count, now }: Assessment): JobEnd | undefined {
  const verdicts = pods.filter((pod) => isPodFailed(pod, job)).map((pod) => judgeFailure(job, pod));
  const fatal = verdicts.find(({ message }) => message !== undefined)?.message;
  if (fatal !== undefined) return failed("PodFailurePolicy", fatal);
  if (count > (job.spec.backoffLimit ?? 6) || hasRestartedTooOften(job, pods))
    return failed("BackoffLimitExceeded", "Job has reached the specified backoff limit");
  const deadline = deadlineOf(job);
  if (deadline !== undefined && deadline <= now)
    return failed("DeadlineExceeded", "Job was active longer than specified deadline");
  return undefined;
}

/** Restarts in place count towards the limit where the Pods' policy is OnFailure. */
function hasRestartedTooOften(job: Job, pods: readonly Pod[]): boolean {
  if (job.spec.template.spec.restartPolicy !== "OnFailure") return false;
  const restarts = pods
    .filter(({ status }) => status?.phase === "Running" || status?.phase === "Pending")
    .flatMap(({ status }) => [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])])
    .reduce((sum, { restartCount }) => sum + restartCount, 0);
  return restarts >= Math.max(1, job.spec.backoffLimit ?? 6);
}

function deadlineOf({ spec, status }: Job): number | undefined {
  const { activeDeadlineSeconds: seconds, suspend } = spec;
  if (seconds === undefined || status?.startTime === undefined || suspend === true) return undefined;
  return Date.parse(status.startTime) + seconds * 1000;
}

function indexFailure({ job, succeededIndexes, failedIndexes }: Assessment): JobEnd | undefined {
  if (failedIndexes === undefined) return undefined;
  const { maxFailedIndexes, completions = 0 } = job.spec;
  if (maxFailedIndexes !== undefined && failedIndexes.size > maxFailedIndexes) {
    const message = "Job has exceeded the specified maximal number of failed indexes";
    return failed("MaxFailedIndexesExceeded", message);
  }
  const isThrough = failedIndexes.size > 0 && failedIndexes.size + succeededIndexes.size >= completions;
  return isThrough ? failed("FailedIndexes", "Job has failed indexes") : undefined;
}

function success(facts: Assessment): JobEnd | undefined {
  const { job, active, succeeded, succeededIndexes } = facts;
  const { completions, successPolicy } = job.spec;
  if (isIndexed(job) && succeededIndexes.size > 0) {
    const rules = successPolicy?.rules ?? [];
    const index = rules.findIndex(({ succeededIndexes: text, succeededCount }) => {
      if (text === undefined) return succeededCount !== undefined && succeededIndexes.size >= succeededCount;
      const required = Indexes.parse(text, completions ?? 0);
      const met = required.common(succeededIndexes);
      return required.size > 0 && (met === required.size || (succeededCount ?? Infinity) <= met);
    });
    const message = `Matched rules at index ${index}`;
    if (index >= 0) return { type: "SuccessCriteriaMet", reason: "SuccessPolicy", message };
  }
  const enough = completions === undefined ? succeeded > 0 : succeeded >= completions;
  if (!enough || active.length > 0) return undefined;
  const message = "Reached expected number of succeeded pods";
  return { type: "SuccessCriteriaMet", reason: "CompletionsReached", message };
}

function wantedActive({ job, active, succeeded }: Assessment): number {
  const { parallelism = 1, completions } = job.spec;
  if (completions === undefined) return succeeded > 0 ? active.length : parallelism;
  return Math.max(0, Math.min(parallelism, completions - succeeded));
}

/** Pods to drop: of an Indexed Job those without a valid index or with one twice, then the least worth keeping. */
function surplusPods({ job, active }: Assessment, least: number): readonly Pod[] {
  const worst = [...active].sort(byWorth());
  if (!isIndexed(job)) return worst.slice(0, least);
  const kept = new Map<number, Pod>();
  for (const pod of worst) {
    const index = validIndex(job, pod);
    if (index !== undefined) kept.set(index, pod);
  }
  const single = new Set(kept.values());
  const surplus = worst.filter((pod) => !single.has(pod));
  const more = worst.filter((pod) => single.has(pod)).slice(0, Math.max(0, least - surplus.length));
  return [...surplus, ...more];
}

function createMissing(facts: Assessment, missing: number, deadline: number | undefined): JobAction {
  const { job, now, record } = facts;
  const until = (time: number): JobAction => ({
    type: "none",
    lookAgainAt: deadline === undefined ? time : Math.min(time, deadline),
  });
  if (!countsByIndex(job)) {
    const next = nextAttempt(record);
    if (next > now) return until(next);
  }
  if (!isIndexed(job)) return { type: "create", plans: Array.from({ length: missing }, () => ({})) };
  const indexes = pendingIndexes(facts, missing);
  if (!countsByIndex(job)) return { type: "create", plans: indexes.map((index) => ({ index })) };
  const plans = indexes.map((index) => planOfIndex(facts, index));
  const due = plans.filter(({ at }) => at <= now);
  if (due.length > 0) return { type: "create", plans: due };
  return plans.length === 0
    ? { type: "none", lookAgainAt: deadline }
    : until(Math.min(...plans.map(({ at }) => at)));
}

function pendingIndexes({ job, ...facts }: Assessment, count: number): readonly number[] {
  const of = (pods: readonly Pod[]) => Indexes.of(pods.flatMap((pod) => indexOf(pod) ?? []));
  const taken = facts.succeededIndexes
    .with(of(facts.active))
    .with(replacesOnlyFailed(job) ? of(facts.terminating) : noIndexes)
    .with(facts.failedIndexes ?? noIndexes);
  return taken.firstMissing(count, job.spec.completions ?? 0);
}

/** The next Pod of an index, and when it may begin. */
function planOfIndex(facts: Assessment, index: number): PodPlan & { readonly at: number } {
  const before = facts.awaitingSuccessor.get(index);
  if (before === undefined) return { index, failures: { counted: 0, ignored: 0 }, at: 0 };
  const { counted, ignored } = failuresOf(before);
  const { counts } = judgeFailure(facts.job, before);
  return {
    index,
    failures: counts ? { counted: counted + 1, ignored } : { counted, ignored: ignored + 1 },
    at: nextAttempt({ failures: failures(before) + 1, lastFailure: finishedAt(before) }),
  };
}
