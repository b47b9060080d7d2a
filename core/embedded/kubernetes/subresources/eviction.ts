import { rfc3339 } from "@catalyst/base/clock";
import { isObject } from "@catalyst/base/json";
import type { Condition, KubeObject, PodDisruptionBudget } from "@catalyst/ports/kubernetes";
import { reviewPosted } from "../admission/reviews.ts";
import { badRequest, labelSelectorOf, StatusError } from "../machinery/index.ts";
import { type Answer, document } from "../request/answer.ts";
import type { Call } from "../request/call.ts";
import { forbidden, notFound } from "../request/errors.ts";
import { amend } from "../verbs/amend.ts";
import { readDryRun, readValue } from "../verbs/body.ts";
import { removeObject, unreviewed } from "../verbs/delete.ts";
import { type DeleteOptions, parseDeleteOptions } from "../verbs/delete-options.ts";
import { stored } from "../verbs/read.ts";

const pods = { group: "", plural: "pods", namespaced: true };
const budgets = { group: "policy", plural: "poddisruptionbudgets", namespaced: true };
const success = { kind: "Status", apiVersion: "v1", metadata: {}, status: "Success", code: 201 };

/** So many evictions may be granted before the controller has seen the Pods go; upstream's. */
const mostDisrupted = 2000;

/** Answers POST of an Eviction: deletes a Pod unless a disruption budget forbids it (429). Source: upstream's eviction storage. */
export async function evict(call: Call): Promise<Answer> {
  const posted = (await readValue(call)) ?? {};
  if (!isObject(posted)) throw badRequest("the body is no Eviction");
  const eviction = await reviewPosted(call, posted);
  const name = (eviction["metadata"] as { readonly name?: string } | undefined)?.name;
  if (name !== undefined && name !== call.route.name)
    throw badRequest("name in URL does not match name in Eviction object");
  const asked = parseDeleteOptions(call, eviction["deleteOptions"] ?? {});
  const options = { ...asked, dryRun: asked.dryRun === true || readDryRun(call) };
  const { object: pod } = stored(call);
  if (needsBudget(pod)) await askBudget(call, pod, options);
  await evictPod(call, pod, options);
  return document(success, 201);
}

/** A Pod that serves nobody, or goes anyway, is nobody's loss. */
function needsBudget(pod: KubeObject): boolean {
  const { phase } = (pod.status ?? {}) as { readonly phase?: string };
  const isIdle = phase === "Succeeded" || phase === "Failed" || phase === "Pending";
  return !isIdle && pod.metadata.deletionTimestamp === undefined;
}

/** Marks the Pod as disrupted on purpose and deletes it. */
async function evictPod(call: Call, pod: KubeObject, options: DeleteOptions): Promise<void> {
  const { parts, cluster } = call;
  const kind = cluster.kinds.find("", "v1", "pods")!;
  if (options.dryRun !== true && options.resourceVersion === undefined) {
    const now = rfc3339(parts.clock.now());
    const marked = await amend(parts, cluster, pods, pod.metadata, (present) => withMark(present, now));
    if (marked === undefined) throw notFound(pods, pod.metadata.name);
  }
  // Admission was asked about the eviction; the deletion it comes to isn't another question.
  await removeObject({ ...call, kind }, pod.metadata, options, unreviewed);
}

function withMark(pod: KubeObject, now: string): KubeObject {
  const status = (pod.status ?? {}) as { readonly conditions?: readonly Condition[] };
  const conditions = status.conditions ?? [];
  const before = conditions.find(({ type }) => type === "DisruptionTarget");
  const condition = {
    type: "DisruptionTarget",
    status: "True",
    reason: "EvictionByEvictionAPI",
    message: "Eviction API: evicting",
    lastProbeTime: null,
    lastTransitionTime: before?.status === "True" ? before.lastTransitionTime : now,
  };
  const others = conditions.filter(({ type }) => type !== "DisruptionTarget");
  return { ...pod, status: { ...status, conditions: [...others, condition] } };
}

/** Takes one from what the Pod's budget allows. Throws StatusError 429, 403 or 500. */
async function askBudget(call: Call, pod: KubeObject, options: DeleteOptions): Promise<void> {
  const found = budgetsOf(call, pod);
  if (found.length > 1) throw new StatusError(500, "", moreThanOne);
  const [budget] = found;
  if (budget === undefined || mayGoUnhealthy(pod, budget)) return;
  const { name, namespace } = budget.metadata;
  const now = rfc3339(call.parts.clock.now());
  await amend(call.parts, call.cluster, budgets, { namespace, name }, (present) => {
    const taken = takeOne(present as PodDisruptionBudget, pod.metadata.name, now);
    return options.dryRun === true ? present : taken;
  });
}

const moreThanOne =
  "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.";

function budgetsOf(call: Call, pod: KubeObject): readonly PodDisruptionBudget[] {
  return call.cluster
    .list("policy/poddisruptionbudgets", true, pod.metadata.namespace)
    .map((entry) => entry.object as PodDisruptionBudget)
    .filter(({ spec }) => labelSelectorOf(spec?.selector).matches(pod.metadata.labels));
}

/** A Pod that isn't ready serves nobody: it may go while the budget is kept, or always where that is said. */
function mayGoUnhealthy(pod: KubeObject, { spec, status }: PodDisruptionBudget): boolean {
  const { conditions = [] } = (pod.status ?? {}) as { readonly conditions?: readonly Condition[] };
  if (conditions.some(({ type, status: value }) => type === "Ready" && value === "True")) return false;
  if (spec?.unhealthyPodEvictionPolicy === "AlwaysAllow") return true;
  const { currentHealthy = 0, desiredHealthy = 0 } = status ?? {};
  return currentHealthy >= desiredHealthy && desiredHealthy > 0;
}

function takeOne(budget: PodDisruptionBudget, pod: string, now: string): KubeObject {
  const { name, generation = 0 } = budget.metadata;
  const {
    disruptionsAllowed = 0,
    disruptedPods = {},
    observedGeneration = 0,
    conditions = [],
  } = budget.status ?? {};
  if (observedGeneration < generation)
    throw tooMany(`The disruption budget ${name} is still being processed by the server.`, 10);
  const resource = { group: "policy", plural: "poddisruptionbudget" };
  if (disruptionsAllowed < 0) throw forbidden(resource, name, "pdb disruptions allowed is negative");
  if (Object.keys(disruptedPods).length > mostDisrupted) {
    const why = "DisruptedPods map too big - too many evictions not confirmed by PDB controller";
    throw forbidden(resource, name, why);
  }
  if (disruptionsAllowed === 0) throw tooMany(refusalOf(budget));
  const left = disruptionsAllowed - 1;
  return {
    ...budget,
    status: {
      ...budget.status,
      disruptionsAllowed: left,
      disruptedPods: { ...disruptedPods, [pod]: now },
      conditions: left > 0 ? conditions : conditions.map((each) => exhausted(each, now)),
    },
  };
}

function exhausted(condition: Condition, now: string): Condition {
  if (condition.type !== "DisruptionAllowed" || condition.status === "False") return condition;
  return { ...condition, status: "False", reason: "InsufficientPods", message: "", lastTransitionTime: now };
}

function refusalOf({ metadata, status }: PodDisruptionBudget): string {
  const { currentHealthy = 0, desiredHealthy = 0, conditions = [] } = status ?? {};
  const condition = conditions.find(({ type }) => type === "DisruptionAllowed");
  const reason = condition?.status === "False" && condition.message !== "" ? condition : undefined;
  const budget = `The disruption budget ${metadata.name}`;
  if (reason?.reason === "SyncFailed")
    return `${budget} does not allow evicting pods currently because it failed sync: ${reason.message}`;
  if (currentHealthy <= desiredHealthy)
    return `${budget} needs ${desiredHealthy} healthy pods and has ${currentHealthy} currently`;
  const why = reason === undefined ? "" : ` (${reason.reason}): ${reason.message}`;
  return `${budget} does not allow evicting pods currently${why}`;
}

function tooMany(cause: string, retryAfterSeconds?: number): StatusError {
  const message = "Cannot evict pod as it would violate the pod's disruption budget.";
  return new StatusError(429, "TooManyRequests", message, {
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
    causes: [{ reason: "DisruptionBudget", message: cause, field: "" }],
  });
}
