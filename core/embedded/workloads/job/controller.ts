import { rfc3339 } from "@catalyst/base/clock";
import { unreachable } from "@catalyst/base/errors";
import { type Job, jobs, type Pod, pods, type WorkloadCondition } from "@catalyst/ports/kubernetes";
import { type Controller, type ReconcileResult, recordEvent } from "@catalyst/reconciler";
import { setCondition, withoutCondition } from "../common/condition.ts";
import { ownedTrigger } from "../common/owner.ts";
import { createPod, deletePod, livePods, type PodControl } from "../common/pod-control.ts";
import { isActive, isReady } from "../common/pod-state.ts";
import { replaceStatus } from "../common/status.ts";
import { podOf } from "../common/template.ts";
import { decideJob, indexOf, isOver, type JobAction, type JobEnd, successes } from "./decide.ts";

/** Runs Pods until enough of them succeeded or too many failed; removes the Job after its time to live. */
export const jobController: Controller<Job> = {
  name: "job",
  type: jobs,
  triggers: [ownedTrigger(pods, jobs)],
  reconcile: async (request, context) => {
    const job = context.object;
    if (job === undefined || job.metadata.deletionTimestamp !== undefined) return { outcome: "settled" };
    if (isOver(job)) return expire(job, request, context);
    const control: PodControl = { request, context, owner: job, component: "job-controller" };
    let owned = context.cache.ownedBy<Pod>(request.cluster, pods, job.metadata.uid ?? "");
    let action = decideJob({ job, pods: owned, now: context.clock.now() });
    if (action.type !== "none") {
      owned = await livePods(control);
      action = decideJob({ job, pods: owned, now: context.clock.now() });
      owned = [...owned, ...(await act(control, job, action))];
    }
    const now = context.clock.now();
    const end = action.type === "finish" ? action.end : undefined;
    const client = context.clusters.client(request.cluster);
    await replaceStatus(client, jobs, job, statusOf(job, owned, end, now));
    if (end !== undefined) await sayEnd(control, job, end);
    const again = action.type === "none" ? action.lookAgainAt : undefined;
    return { outcome: "settled", recheckAfter: again === undefined ? undefined : Math.max(0, again - now) };
  },
};

async function act(control: PodControl, job: Job, action: JobAction): Promise<readonly Pod[]> {
  switch (action.type) {
    case "none":
    case "finish":
      return [];
    case "delete":
      for (const pod of action.pods) await deletePod(control, pod);
      return [];
    case "create": {
      const made: Pod[] = [];
      for (const index of action.indexes) made.push(await createPod(control, jobPod(job, index)));
      return made;
    }
    default:
      return unreachable(action);
  }
}

function jobPod(job: Job, index: number | undefined): Pod {
  const { name, uid = "" } = job.metadata;
  const labels = {
    "batch.kubernetes.io/controller-uid": uid,
    "batch.kubernetes.io/job-name": name,
    "controller-uid": uid,
    "job-name": name,
  };
  if (index === undefined) return podOf(job, job.spec.template, { generateName: `${name}-`, labels });
  const key = "batch.kubernetes.io/job-completion-index";
  const pod = podOf(job, job.spec.template, {
    generateName: `${name}-${index}-`,
    labels: { ...labels, [key]: String(index) },
    annotations: { ...job.spec.template.metadata?.annotations, [key]: String(index) },
  });
  const variable = { name: "JOB_COMPLETION_INDEX", value: String(index) };
  const containers = pod.spec.containers.map((container) => ({
    ...container,
    env: [...(container.env ?? []), variable],
  }));
  return { ...pod, spec: { ...pod.spec, hostname: `${name}-${index}`, containers } };
}

function statusOf(
  job: Job,
  owned: readonly Pod[],
  end: JobEnd | undefined,
  now: number,
): Readonly<Record<string, unknown>> {
  const active = owned.filter(isActive);
  const startTime = job.status?.startTime ?? (job.spec.suspend === true ? undefined : rfc3339(now));
  return {
    conditions: conditionsOf(job, end, now),
    ...(startTime === undefined ? {} : { startTime }),
    ...(end?.type === "Complete" ? { completionTime: rfc3339(now) } : {}),
    active: active.length,
    ready: active.filter(isReady).length,
    succeeded: successes(job, owned),
    failed: owned.filter((pod) => pod.status?.phase === "Failed").length,
    terminating: owned.filter((pod) => pod.metadata.deletionTimestamp !== undefined).length,
    uncountedTerminatedPods: {},
    ...(job.spec.completionMode === "Indexed" ? { completedIndexes: completedIndexes(owned) } : {}),
  };
}

function conditionsOf(job: Job, end: JobEnd | undefined, now: number): readonly WorkloadCondition[] {
  let conditions = job.status?.conditions ?? [];
  const set = (type: string, reason: string, message: string, status: "True" | "False" = "True") => {
    conditions = setCondition(conditions, { type, status, reason, message }, now);
  };
  const wasSuspended = conditions.some(({ type, status }) => type === "Suspended" && status === "True");
  if (job.spec.suspend === true) set("Suspended", "JobSuspended", "Job suspended");
  else if (wasSuspended) set("Suspended", "JobResumed", "Job resumed", "False");
  if (end === undefined) return conditions;
  // The criterion is said first, the end itself after it, as upstream does.
  set(end.type === "Complete" ? "SuccessCriteriaMet" : "FailureTarget", end.reason, end.message);
  conditions = withoutCondition(conditions, end.type);
  set(end.type, end.reason, end.message);
  return conditions;
}

/** `0-2,5`: indexes that succeeded, runs joined. */
function completedIndexes(owned: readonly Pod[]): string {
  const done = [
    ...new Set(owned.filter((pod) => pod.status?.phase === "Succeeded").map((pod) => indexOf(pod) ?? 0)),
  ].sort((a, b) => a - b);
  const runs: [number, number][] = [];
  for (const index of done) {
    const run = runs.at(-1);
    if (run !== undefined && run[1] === index - 1) run[1] = index;
    else runs.push([index, index]);
  }
  return runs
    .map(([from, to]) => (from === to ? `${from}` : `${from}${to === from + 1 ? "," : "-"}${to}`))
    .join(",");
}

function sayEnd({ context, request }: PodControl, job: Job, end: JobEnd): Promise<void> {
  const note =
    end.type === "Complete"
      ? ({ type: "Normal", reason: "Completed", message: "Job completed" } as const)
      : ({ type: "Warning", reason: end.reason, message: end.message } as const);
  return recordEvent(context.clusters.client(request.cluster), context.clock, "job-controller", job, note);
}

/** Deletes a finished Job when its time to live is over. */
async function expire(
  job: Job,
  request: PodControl["request"],
  context: PodControl["context"],
): Promise<ReconcileResult> {
  const seconds = job.spec.ttlSecondsAfterFinished;
  if (seconds === undefined) return { outcome: "settled" };
  const finished = (job.status?.conditions ?? []).find(
    ({ type }) => type === "Complete" || type === "Failed",
  );
  const left = Date.parse(finished?.lastTransitionTime ?? "") + seconds * 1000 - context.clock.now();
  if (left > 0) return { outcome: "settled", recheckAfter: left };
  const { name, namespace, uid } = job.metadata;
  await context.clusters
    .client(request.cluster)
    .delete(jobs, { namespace, name }, { uid, propagation: "Foreground" });
  return { outcome: "settled" };
}
