import { rfc3339 } from "@catalyst/base/clock";
import { errorMessage } from "@catalyst/base/errors";
import { isTimeZone } from "@catalyst/base/time-zone";
import { type CronJob, cronJobs, isKubernetesError, type Job, jobs } from "@catalyst/ports/kubernetes";
import type { Controller, ReconcileContext, ReconcileRequest, ReconcileResult } from "@catalyst/reconciler";
import { controllerOf, controllerReference, ownedTrigger } from "../common/owner.ts";
import { isNamespaceLeaving, type PodControl, say } from "../common/pod-control.ts";
import { replaceStatus } from "../common/status.ts";
import { keepBooks, outlived } from "./children.ts";
import { type CronDecision, decideCronJob, jobName } from "./decide.ts";
import { inZone, readSchedule, type Schedule } from "./schedule.ts";

const timeAnnotation = "batch.kubernetes.io/cronjob-scheduled-timestamp";

type Status = NonNullable<CronJob["status"]>;

/** Starts the Jobs of a schedule, and removes those that ended long ago. */
export const cronJobController: Controller<CronJob> = {
  name: "cronjob",
  type: cronJobs,
  triggers: [ownedTrigger(jobs, cronJobs)],
  reconcile: async (request, context) => {
    if (context.object === undefined) return { outcome: "settled" };
    const client = context.clusters.client(request.cluster);
    // What was started last stands in the status: a stale one would start it again.
    const cronJob = await client.find<CronJob>(cronJobs, request);
    if (cronJob === undefined) return { outcome: "settled" };
    const control: PodControl = { request, context, owner: cronJob, component: "cronjob-controller" };
    const { items } = await client.list<Job>(jobs, { namespace: request.namespace });
    const own = items.filter((job) => controllerOf(job)?.uid === cronJob.metadata.uid);
    const dropped = await dropOutlived(control, cronJob, own);
    const left = own.filter((job) => !dropped.has(job.metadata.uid));
    const { status, notes } = keepBooks(cronJob, left);
    for (const { type, reason, message } of notes) await say(control, type, reason, message);
    const run = { control, cronJob, status };
    const result = await followSchedule(run, context);
    await replaceStatus(client, cronJobs, cronJob, { ...result.status });
    if (result.error !== undefined) throw result.error;
    return result.outcome;
  },
};

interface Run {
  readonly control: PodControl;
  readonly cronJob: CronJob;
  readonly status: Status;
}

interface RunResult {
  readonly status: Status;
  readonly outcome: ReconcileResult;
  readonly error?: unknown;
}

async function followSchedule(run: Run, context: ReconcileContext<CronJob>): Promise<RunResult> {
  const { control, cronJob, status } = run;
  const settled: RunResult = { status, outcome: { outcome: "settled" } };
  if (cronJob.metadata.deletionTimestamp !== undefined) return settled;
  const { timeZone, suspend, schedule: text } = cronJob.spec;
  if (timeZone !== undefined && !isTimeZone(timeZone)) {
    const message = `invalid timeZone: "${timeZone}": unknown time zone ${timeZone}`;
    await say(control, "Warning", "UnknownTimeZone", message);
    return settled;
  }
  if (suspend === true) return settled;
  let schedule: Schedule;
  try {
    schedule = await readSchedule(cronJob);
  } catch (error) {
    const message = `unparseable schedule: "${text}" : ${errorMessage(error)}`;
    await say(control, "Warning", "UnparseableSchedule", message);
    return settled;
  }
  const now = context.clock.now();
  const active = (status.active ?? []).map(({ name = "" }) => name);
  const decision = decideCronJob({ cronJob, schedule, active, now });
  for (const { type, reason, message } of decision.notes) await say(control, type, reason, message);
  const outcome = lookAgain(decision, now);
  if (decision.action.type === "wait") return { status, outcome };
  return { ...(await start(run, decision.action.time, decision.action.replaces)), outcome };
}

function lookAgain({ lookAgainAt }: CronDecision, now: number): ReconcileResult {
  return {
    outcome: "settled",
    recheckAfter: lookAgainAt === undefined ? undefined : Math.max(0, lookAgainAt - now),
  };
}

async function start(run: Run, time: number, replaces: boolean): Promise<Omit<RunResult, "outcome">> {
  const { control, cronJob } = run;
  let { status } = run;
  if (replaces) {
    for (const { name = "", uid } of status.active ?? []) await removeJob(control, name, uid);
    status = { ...status, active: [] };
  }
  try {
    const job = await createJob(control, cronJob, time);
    if (job === undefined || status.active?.some(({ uid }) => uid === job.metadata.uid)) return { status };
    const { name, namespace, uid, resourceVersion } = job.metadata;
    const reference = { apiVersion: "batch/v1", kind: "Job", name, namespace, uid, resourceVersion };
    return {
      status: {
        ...status,
        active: [...(status.active ?? []), reference] as NonNullable<Status["active"]>,
        lastScheduleTime: rfc3339(time),
      },
    };
  } catch (error) {
    return { status, error };
  }
}

/** Creates the Job of a time; undefined when its name is another's. */
async function createJob(control: PodControl, cronJob: CronJob, time: number): Promise<Job | undefined> {
  const { context, request } = control;
  const client = context.clusters.client(request.cluster);
  const { jobTemplate, timeZone = "UTC" } = cronJob.spec;
  const { labels, annotations } = jobTemplate.metadata ?? {};
  const { namespace } = cronJob.metadata;
  const name = jobName(cronJob, time);
  const job: Job = {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: {
      name,
      ...(namespace === undefined ? {} : { namespace }),
      ...(labels === undefined ? {} : { labels }),
      annotations: { ...annotations, [timeAnnotation]: inZone(time, timeZone) },
      ownerReferences: [controllerReference(cronJob)],
    },
    spec: jobTemplate.spec,
  };
  try {
    const created = await client.create(jobs, job);
    await say(control, "Normal", "SuccessfulCreate", `Created job ${name}`);
    return created;
  } catch (error) {
    if (isKubernetesError(error, "kubernetes-already-exists")) {
      const there = await client.find<Job>(jobs, { namespace, name });
      const isOurs = there !== undefined && controllerOf(there)?.uid === cronJob.metadata.uid;
      return isOurs ? there : undefined;
    }
    if (!isNamespaceLeaving(error))
      await say(control, "Warning", "FailedCreate", `Error creating job: ${errorMessage(error)}`);
    throw error;
  }
}

async function dropOutlived(
  control: PodControl,
  cronJob: CronJob,
  own: readonly Job[],
): Promise<ReadonlySet<string | undefined>> {
  const dropped = outlived(cronJob, own);
  for (const { metadata } of dropped) await removeJob(control, metadata.name, metadata.uid);
  return new Set(dropped.map((job) => job.metadata.uid));
}

async function removeJob(control: PodControl, name: string, uid: string | undefined): Promise<void> {
  const { context, request }: { context: PodControl["context"]; request: ReconcileRequest } = control;
  const { namespace } = request;
  const client = context.clusters.client(request.cluster);
  await client.delete(jobs, { namespace, name }, { uid, propagation: "Background" });
  await say(control, "Normal", "SuccessfulDelete", `Deleted job ${name}`);
}
