import { unreachable } from "@catalyst/base/errors";
import {
  type Job,
  type JobStatus,
  jobs,
  type Pod,
  pods,
  type ResourceType,
} from "@catalyst/ports/kubernetes";
import type { Controller, ReconcileContext, ReconcileResult, Trigger } from "@catalyst/reconciler";
import { type Claim, cachedClaim, liveClaim, strayTrigger } from "../common/claim.ts";
import { removeFinalizer } from "../common/finalizer.ts";
import { controllerOf, ownedTrigger } from "../common/owner.ts";
import { createPods, deletePod, type PodControl, say } from "../common/pod-control.ts";
import { isReady } from "../common/pod-state.ts";
import { differs, replaceStatus } from "../common/status.ts";
import { type Assessment, assessJob } from "./assess.ts";
import { type FailureRecord, noFailures } from "./backoff.ts";
import { decideJob, isOver, type JobAction, type JobEnd } from "./decide.ts";
import { expireJob } from "./expire.ts";
import { isTracked, jobNameLabel, jobPod, trackingFinalizer } from "./pod.ts";
import { endedStatus, noChanges, type PodChanges, statusAfter, suspension } from "./status.ts";
import { countReleased, heldBy, type Tracking, trackPods } from "./track.ts";

const ownName = "kubernetes.io/job-controller";

/** A Pod that is held and has no Job wakes what would let it go: the request about the Job it had. */
const leftBehind: Trigger<Pod> = {
  type: pods,
  requests: (cluster, pod) => {
    const name = pod.metadata.labels?.[jobNameLabel];
    if (name === undefined || !isTracked(pod) || controllerOf(pod) !== undefined) return [];
    return [{ cluster, namespace: pod.metadata.namespace, name }];
  },
};

/** Runs Pods until enough of them succeeded or too many failed; removes the Job after its time to live. */
export function jobController(): Controller<Job> {
  /** Failures in a row, by the uid of the Job. Lost with the process: then a Job begins its waits anew. */
  const records = new Map<string, FailureRecord>();
  return {
    name: "job",
    type: jobs,
    triggers: [
      ownedTrigger(pods, jobs),
      strayTrigger(pods as ResourceType, jobs, ({ spec }) => spec.selector),
      leftBehind as Trigger,
    ],
    reconcile: async (request, context) => {
      const job = context.object;
      if (job === undefined) {
        await letGoLeftBehind(request, context);
        return { outcome: "settled" };
      }
      const control: PodControl = { request, context, owner: job, component: "job-controller" };
      const isForeign = job.spec.managedBy !== undefined && job.spec.managedBy !== ownName;
      if (isOver(job)) {
        records.delete(job.metadata.uid ?? "");
        if (!isForeign) await letGo(control, ownTracked(control, context));
        return expireJob(job, control);
      }
      return isForeign ? { outcome: "settled" } : runJob(control, context, records);
    },
  };
}

/** One pass over a Job that isn't over. */
async function runJob(
  control: PodControl,
  context: ReconcileContext<Job>,
  records: Map<string, FailureRecord>,
): Promise<ReconcileResult> {
  const { request } = control;
  const cached = control.owner as Job;
  const uid = cached.metadata.uid ?? "";
  const assess = (job: Job, of: readonly Pod[]) =>
    assessJob({ job, pods: of, record: records.get(uid) ?? noFailures, now: context.clock.now() });
  const claimFor = (owner: Job): Claim<Pod> => {
    const { selector } = owner.spec;
    return { request, context, owner, type: pods, selector, finalizer: trackingFinalizer };
  };
  const known = cachedClaim(claimFor(cached));
  const outlook = assess(cached, known.objects);
  if (known.isSettled && isQuiet(outlook)) return lookAgain(decideJob(outlook), context);
  // What is counted from a stale Job is counted twice: so both are read anew.
  const job = await context.clusters.client(request.cluster).find(jobs, request);
  if (job === undefined || job.metadata.uid !== uid || isOver(job)) return { outcome: "settled" };
  const facts = assess(job, await liveClaim(claimFor(job)));
  const action = decideJob(facts);
  const { changes, failure } = await act({ ...control, owner: job }, facts, action);
  await settle({ ...control, owner: job }, facts, action.type === "finish" ? action.end : undefined, changes);
  records.set(uid, facts.record);
  if (failure !== undefined) throw failure;
  return lookAgain(action, context);
}

function lookAgain(action: JobAction, { clock }: ReconcileContext<Job>): ReconcileResult {
  const at = action.type === "none" ? action.lookAgainAt : undefined;
  return { outcome: "settled", recheckAfter: at === undefined ? undefined : Math.max(0, at - clock.now()) };
}

/** Whether a pass would change nothing. */
function isQuiet(facts: Assessment): boolean {
  if (decideJob(facts).type !== "none") return false;
  const tracking = trackPods(facts, facts.job.status ?? {}, undefined);
  const status = statusAfter(facts, tracking, noChanges, undefined);
  return tracking.letGo.length === 0 && !differs(facts.job.status, status);
}

interface Acted {
  readonly changes: PodChanges;
  readonly failure?: unknown;
}

async function act(control: PodControl, facts: Assessment, action: JobAction): Promise<Acted> {
  switch (action.type) {
    case "none":
      return { changes: noChanges };
    case "create": {
      const wanted = action.plans.map((plan) => jobPod(facts.job, plan));
      const { made, failure } = await createPods(control, wanted);
      return { changes: { ...noChanges, created: made.length }, failure };
    }
    case "drop":
      await letGo(control, action.pods);
      return { changes: await deleteAll(control, action.pods) };
    case "finish":
      return { changes: await deleteAll(control, facts.active) };
    default:
      return unreachable(action);
  }
}

async function deleteAll(control: PodControl, victims: readonly Pod[]): Promise<PodChanges> {
  await Promise.all(victims.map((pod) => deletePod(control, pod)));
  return { created: 0, deleted: victims.length, deletedReady: victims.filter(isReady).length };
}

/** Counts the Pods that ended, lets them go, and ends the Job when all is counted. */
async function settle(
  control: PodControl,
  facts: Assessment,
  end: JobEnd | undefined,
  changes: PodChanges,
): Promise<void> {
  const client = control.context.clusters.client(control.request.cluster);
  const tracking = trackPods(facts, facts.job.status ?? {}, end);
  const job = await replaceStatus(client, jobs, facts.job, statusAfter(facts, tracking, changes, end));
  const change = suspension(facts, end);
  if (change !== undefined) await say(control, "Normal", change, `Job ${change.toLowerCase()}`);
  await letGo(control, tracking.letGo);
  const status = countReleased(job.status ?? {}, stillHeld(facts.pods, tracking));
  const ended = end === undefined || tracking.isFull ? undefined : endedStatus(status, end, facts.now);
  await replaceStatus(client, jobs, job, ended ?? status);
  if (ended !== undefined && end !== undefined) await sayEnd(control, facts.job, ended, end);
}

function stillHeld(of: readonly Pod[], { letGo: gone }: Tracking): ReadonlySet<string> {
  const held = new Set(heldBy(of));
  for (const pod of gone) held.delete(pod.metadata.uid ?? "");
  return held;
}

async function sayEnd(control: PodControl, job: Job, status: JobStatus, end: JobEnd): Promise<void> {
  if (end.type === "FailureTarget") return say(control, "Warning", end.reason, end.message);
  if (job.spec.completions !== undefined && (status.succeeded ?? 0) > job.spec.completions) {
    const message = "Too many succeeded pods running after completion count reached";
    await say(control, "Warning", "TooManySucceededPods", message);
  }
  await say(control, "Normal", "Completed", "Job completed");
}

async function letGo({ context, request }: PodControl, held: readonly Pod[]): Promise<void> {
  const client = context.clusters.client(request.cluster);
  await Promise.all(held.map((pod) => removeFinalizer(client, pods, pod, trackingFinalizer)));
}

function ownTracked({ request, owner }: PodControl, { cache }: ReconcileContext<Job>): readonly Pod[] {
  return cache.ownedBy<Pod>(request.cluster, pods, owner.metadata.uid ?? "").filter(isTracked);
}

/** Lets Pods go whose Job is gone. */
async function letGoLeftBehind(
  request: PodControl["request"],
  { cache, clusters }: ReconcileContext<Job>,
): Promise<void> {
  const client = clusters.client(request.cluster);
  const left = cache.list<Pod>(request.cluster, pods, request.namespace).filter((pod) => {
    const owner = controllerOf(pod);
    const name = owner === undefined ? pod.metadata.labels?.[jobNameLabel] : owner.name;
    return isTracked(pod) && name === request.name && (owner === undefined || owner.kind === "Job");
  });
  if (left.length === 0 || (await client.find(jobs, request)) !== undefined) return;
  await Promise.all(left.map((pod) => removeFinalizer(client, pods, pod, trackingFinalizer)));
}
