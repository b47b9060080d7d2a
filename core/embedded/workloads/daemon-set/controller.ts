import {
  controllerRevisions,
  type DaemonSet,
  daemonSets,
  type Node,
  nodes,
  type Pod,
  pods,
  type ResourceType,
} from "@catalyst/ports/kubernetes";
import type { Controller, Trigger } from "@catalyst/reconciler";
import { type Claim, cachedClaim, liveClaim, strayTrigger } from "../common/claim.ts";
import { ownedTrigger, requestFor } from "../common/owner.ts";
import { createPods, deletePod, type PodControl, say } from "../common/pod-control.ts";
import { isAvailable, isReady, untilAvailable } from "../common/pod-state.ts";
import { dropRevisions, recordRevision, revisionLabel } from "../common/revision.ts";
import { replaceStatus } from "../common/status.ts";
import { FailureWaits } from "./backoff.ts";
import { byNode, type DaemonFacts, type DaemonPlan, isEmpty, planDaemons } from "./decide.ts";
import { daemonPod, isUpdated, nodeTakes, targetNode } from "./pod.ts";

/** A node that comes, goes or changes what it takes wakes all sets. */
const changedNode: Trigger = {
  type: nodes as ResourceType,
  requests: (cluster, node, previous, cache) => {
    const before = previous as Node | undefined;
    const isSame = before?.metadata.labels === node.metadata.labels && before?.spec === (node as Node).spec;
    return before !== undefined && isSame && node.metadata.deletionTimestamp === undefined
      ? []
      : cache.list<DaemonSet>(cluster, daemonSets).map((set) => requestFor(cluster, set));
  },
};

/** Keeps one Pod on every node that its template selects; replaces those of an older template. */
export function daemonSetController(): Controller<DaemonSet> {
  const waits = new FailureWaits();
  return {
    name: "daemonset",
    type: daemonSets,
    triggers: [
      ownedTrigger(pods, daemonSets),
      ownedTrigger(controllerRevisions, daemonSets),
      strayTrigger(pods as ResourceType, daemonSets, ({ spec }) => spec.selector),
      changedNode,
    ],
    reconcile: async (request, context) => {
      const set = context.object;
      if (set === undefined || set.metadata.deletionTimestamp !== undefined) return { outcome: "settled" };
      const client = context.clusters.client(request.cluster);
      const { known, latest, collisions } = await recordRevision(request, context, set, revisionLabel);
      const hash = latest.metadata.labels?.[revisionLabel] ?? "";
      const facts = (of: readonly Pod[]): DaemonFacts => ({
        set,
        pods: of,
        nodes: context.cache.list<Node>(request.cluster, nodes),
        hash,
        failedUntil: (node) => waits.until(set, node),
        now: context.clock.now(),
      });
      const { selector } = set.spec;
      const claim: Claim<Pod> = { request, context, owner: set, type: pods, selector };
      const control: PodControl = { request, context, owner: set, component: "daemonset-controller" };
      const cached = cachedClaim(claim);
      let owned = cached.objects;
      let plan = planDaemons(facts(owned));
      let failure: unknown;
      if (!cached.isSettled || !isEmpty(plan)) {
        owned = await liveClaim(claim);
        plan = planDaemons(facts(owned));
        failure = await act(control, set, plan, hash, waits);
      }
      await replaceStatus(client, daemonSets, set, statusOf(facts(owned), collisions));
      const used = new Set([hash, ...owned.map((pod) => pod.metadata.labels?.[revisionLabel])]);
      const isUsed = (revision: (typeof known)[number]) =>
        used.has(revision.metadata.labels?.[revisionLabel]);
      await dropRevisions(client, known, isUsed, set.spec.revisionHistoryLimit ?? 10);
      if (failure !== undefined) throw failure;
      const now = context.clock.now();
      const times = [
        untilAvailable(owned, set.spec.minReadySeconds ?? 0, now),
        plan.lookAgainAt === undefined ? undefined : plan.lookAgainAt - now,
      ].filter((time) => time !== undefined);
      return {
        outcome: "settled",
        recheckAfter: times.length === 0 ? undefined : Math.max(0, Math.min(...times)),
      };
    },
  };
}

/** Carries a plan out; gives what kept Pods from being created. */
async function act(
  control: PodControl,
  set: DaemonSet,
  plan: DaemonPlan,
  hash: string,
  waits: FailureWaits,
): Promise<unknown> {
  for (const pod of plan.ended) {
    const { name, namespace } = pod.metadata;
    const node = targetNode(pod) ?? "";
    const found = (how: string, verb: string) =>
      `Found ${how} daemon pod ${namespace}/${name} on node ${node}, will try to ${verb} it`;
    if (pod.status?.phase === "Failed") {
      waits.failed(set, node, control.context.clock.now());
      await say(control, "Warning", "FailedDaemonPod", found("failed", "kill"));
    } else await say(control, "Normal", "SucceededDaemonPod", found("succeeded", "delete"));
  }
  const { failure } = await createPods(
    control,
    plan.missing.map((node) => daemonPod(set, node, hash)),
  );
  await Promise.all(plan.surplus.map((pod) => deletePod(control, pod)));
  return failure;
}

function statusOf(facts: DaemonFacts, collisions: number): Readonly<Record<string, unknown>> {
  const { set, nodes: all, hash, now } = facts;
  const placed = byNode(facts.pods);
  const runs = new Set(all.filter((node) => nodeTakes(set, node).runs).map((node) => node.metadata.name));
  const first = [...runs].flatMap((node) => placed.get(node)?.[0] ?? []);
  const minReady = set.spec.minReadySeconds ?? 0;
  const available = first.filter((pod) => isAvailable(pod, minReady, now)).length;
  const misscheduled = all.filter(({ metadata }) => !runs.has(metadata.name) && placed.has(metadata.name));
  return {
    ...(set.status?.collisionCount === undefined && collisions === 0 ? {} : { collisionCount: collisions }),
    currentNumberScheduled: first.length,
    numberMisscheduled: misscheduled.length,
    desiredNumberScheduled: runs.size,
    numberReady: first.filter(isReady).length,
    observedGeneration: set.metadata.generation,
    updatedNumberScheduled: first.filter((pod) => isUpdated(set, pod, hash)).length,
    numberAvailable: available,
    numberUnavailable: runs.size - available,
  };
}
