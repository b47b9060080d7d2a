import { rfc3339 } from "@catalyst/base/clock";
import { errorMessage } from "@catalyst/base/errors";
import {
  type Condition,
  deployments,
  type KubeObject,
  type Pod,
  type PodDisruptionBudget,
  podDisruptionBudgets,
  pods,
  type ResourceType,
  replicaSets,
  replicationControllers,
  selects,
  statefulSets,
} from "@catalyst/ports/kubernetes";
import type {
  Controller,
  ReconcileContext,
  ReconcileRequest,
  ReconcileResult,
  Trigger,
} from "@catalyst/reconciler";
import { recordEvent } from "@catalyst/reconciler";
import { requestFor } from "../common/owner.ts";
import { replaceStatus } from "../common/status.ts";
import { type DisruptionCounts, decideDisruption, goesByScale } from "./decide.ts";
import { expectedScale } from "./scale.ts";

const component = "controllermanager";

/** A Pod wakes the budgets that select it or did. */
const selectedPod: Trigger = {
  type: pods as ResourceType,
  requests: (cluster, pod, previous, cache) =>
    cache
      .list<PodDisruptionBudget>(cluster, podDisruptionBudgets, pod.metadata.namespace)
      .filter(({ spec }) =>
        [pod, previous].some((each) => each !== undefined && selects(spec?.selector, each.metadata.labels)),
      )
      .map((budget) => requestFor(cluster, budget)),
};

/** A controller's new size wakes the budgets of its Pods, all of the namespace's: there are few. */
function resized(type: ResourceType): Trigger {
  return {
    type,
    requests: (cluster, object, previous, cache) => {
      if (previous !== undefined && replicasOf(object) === replicasOf(previous)) return [];
      return cache
        .list<PodDisruptionBudget>(cluster, podDisruptionBudgets, object.metadata.namespace)
        .map((budget) => requestFor(cluster, budget));
    },
  };
}

function replicasOf({ spec }: KubeObject): number | undefined {
  return (spec as { readonly replicas?: number } | undefined)?.replicas;
}

/** Counts how many of a budget's Pods may be evicted now. */
export const disruptionController: Controller<PodDisruptionBudget> = {
  name: "disruption",
  type: podDisruptionBudgets,
  triggers: [
    selectedPod,
    resized(deployments as ResourceType),
    resized(replicaSets as ResourceType),
    resized(statefulSets as ResourceType),
    resized(replicationControllers as ResourceType),
  ],
  reconcile: async (request, context) => {
    const budget = context.object;
    if (budget === undefined || budget.metadata.deletionTimestamp !== undefined)
      return { outcome: "settled" };
    const client = context.clusters.client(request.cluster);
    try {
      return await count(request, context, budget);
    } catch (error) {
      // Better no eviction than one too many.
      const { observedGeneration } = budget.status ?? {};
      const condition = conditionOf("SyncFailed", errorMessage(error), observedGeneration);
      const conditions = withCondition(budget.status?.conditions, condition, context.clock.now());
      const status = { ...budget.status, disruptionsAllowed: 0, conditions };
      await replaceStatus(client, podDisruptionBudgets, budget, status);
      throw error;
    }
  },
};

async function count(
  request: ReconcileRequest,
  context: ReconcileContext<PodDisruptionBudget>,
  budget: PodDisruptionBudget,
): Promise<ReconcileResult> {
  const { cache, clock } = context;
  const client = context.clusters.client(request.cluster);
  const say = (object: KubeObject, type: "Normal" | "Warning", reason: string, message: string) =>
    recordEvent(client, clock, component, object, { type, reason, message });
  const selected = cache
    .list<Pod>(request.cluster, pods, request.namespace)
    .filter((pod) => selects(budget.spec?.selector, pod.metadata.labels));
  if (selected.length === 0) await say(budget, "Normal", "NoPods", "No matching pods found");
  const { scale, unmanaged } = goesByScale(budget)
    ? await expectedScale(request.cluster, selected, cache, client)
    : { scale: 0, unmanaged: [] };
  if (unmanaged.length > 0) await say(budget, "Warning", "UnmanagedPods", unmanagedMessage(budget));
  const now = clock.now();
  const decision = decideDisruption({ budget, pods: selected, scale, now });
  const { namespace } = request;
  for (const pod of decision.notDeleted) {
    const message = `Pod was expected by PDB ${namespace}/${namespace} to be deleted but it wasn't`;
    await say(pod, "Warning", "NotDeleted", message);
  }
  const status = statusOf(budget, decision.counts, now);
  await replaceStatus(client, podDisruptionBudgets, budget, status);
  const { lookAgainAt } = decision;
  return { outcome: "settled", recheckAfter: lookAgainAt === undefined ? undefined : lookAgainAt - now + 1 };
}

function unmanagedMessage({ spec }: PodDisruptionBudget): string {
  const { matchLabels = {}, matchExpressions = [] } = spec?.selector ?? {};
  const labels = Object.entries(matchLabels).sort(([a], [b]) => (a < b ? -1 : 1));
  const pairs = labels.map(([key, value]) => `${key}: ${value},`).join("");
  const requirements = matchExpressions.map(
    ({ key, operator, values = [] }) =>
      `LabelSelectorRequirement{Key:${key},Operator:${operator},Values:[${values.join(" ")}],},`,
  );
  // As Go prints it.
  const selector = `&LabelSelector{MatchLabels:map[string]string{${pairs}},MatchExpressions:[]LabelSelectorRequirement{${requirements.join("")}},}`;
  return `Pods selected by this PodDisruptionBudget (selector: ${selector}) were found to be unmanaged. As a result, the status of the PDB cannot be calculated correctly, which may result in undefined behavior. To account for these pods please set ".spec.minAvailable" field of the PDB to an integer value.`;
}

function statusOf(
  { metadata, status }: PodDisruptionBudget,
  { disruptedPods, ...counts }: DisruptionCounts,
  now: number,
): Readonly<Record<string, unknown>> {
  const { generation } = metadata;
  const reason = counts.disruptionsAllowed > 0 ? "SufficientPods" : "InsufficientPods";
  const conditions = withCondition(status?.conditions, conditionOf(reason, "", generation), now);
  const disrupted = Object.keys(disruptedPods).length === 0 ? {} : { disruptedPods };
  return { ...counts, ...disrupted, observedGeneration: generation, conditions };
}

type Content = Omit<Condition, "lastTransitionTime">;

function conditionOf(reason: string, message: string, generation: number | undefined): Content {
  return {
    type: "DisruptionAllowed",
    status: reason === "SufficientPods" ? "True" : "False",
    reason,
    message,
    ...(generation === undefined ? {} : { observedGeneration: generation }),
  };
}

function withCondition(
  before: readonly Condition[] = [],
  content: Content,
  now: number,
): readonly Condition[] {
  const known = before.find(({ type }) => type === content.type);
  const lastTransitionTime = known?.status === content.status ? known.lastTransitionTime : rfc3339(now);
  const condition = { ...content, lastTransitionTime };
  return known === undefined
    ? [...before, condition]
    : before.map((each) => (each === known ? condition : each));
}
