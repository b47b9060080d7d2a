import {
  controllerRevisions,
  type DaemonSet,
  daemonSets,
  type KubeObject,
  type Node,
  nodes,
  type Pod,
  pods,
  type ResourceType,
} from "@catalyst/ports/kubernetes";
import type { Controller, ObjectCache, Trigger } from "@catalyst/reconciler";
import { ownedTrigger, requestFor } from "../common/owner.ts";
import { createPod, deletePod, livePods, type PodControl } from "../common/pod-control.ts";
import { isAvailable, isFinished, isReady, isTerminating, untilAvailable } from "../common/pod-state.ts";
import { dropRevisions, presentRevision, revisionLabel, revisionsOf } from "../common/revision.ts";
import { replaceStatus } from "../common/status.ts";
import { podOf } from "../common/template.ts";

const newNode: Trigger = {
  type: nodes as ResourceType,
  requests: (cluster: string, _node: KubeObject, _previous: unknown, cache: ObjectCache) =>
    cache.list(cluster, daemonSets).map((set) => requestFor(cluster, set)),
};

/** Keeps one Pod on every node that its template selects; replaces those of an older template. */
export const daemonSetController: Controller<DaemonSet> = {
  name: "daemonset",
  type: daemonSets,
  triggers: [ownedTrigger(pods, daemonSets), ownedTrigger(controllerRevisions, daemonSets), newNode],
  reconcile: async (request, context) => {
    const set = context.object;
    if (set === undefined || set.metadata.deletionTimestamp !== undefined) return { outcome: "settled" };
    const client = context.clusters.client(request.cluster);
    const known = revisionsOf(context.cache, request.cluster, set);
    const latest = await presentRevision(client, set, set.spec.template, known);
    const hash = latest.metadata.labels?.[revisionLabel] ?? "";
    const wantedNodes = context.cache
      .list<Node>(request.cluster, nodes)
      .filter((node) => isSelected(set, node))
      .map((node) => node.metadata.name);
    const control: PodControl = { request, context, owner: set, component: "daemonset-controller" };
    let owned = context.cache.ownedBy<Pod>(request.cluster, pods, set.metadata.uid ?? "");
    if (!isEmpty(plan(set, owned, wantedNodes, hash))) {
      owned = await livePods(control, set.spec.selector);
      const { missing, surplus } = plan(set, owned, wantedNodes, hash);
      for (const pod of surplus) await deletePod(control, pod);
      for (const node of missing) {
        const pod = podOf(set, set.spec.template, {
          generateName: `${set.metadata.name}-`,
          labels: { [revisionLabel]: hash },
        });
        await createPod(control, { ...pod, spec: { ...pod.spec, nodeName: node } });
      }
    }
    const now = context.clock.now();
    await replaceStatus(client, daemonSets, set, statusOf(set, owned, wantedNodes, hash, now));
    await dropRevisions(client, known, new Set([latest.metadata.name]), set.spec.revisionHistoryLimit ?? 10);
    return {
      outcome: "settled",
      recheckAfter: untilAvailable(owned, set.spec.minReadySeconds ?? 0, now),
    };
  },
};

function isSelected(set: DaemonSet, node: Node): boolean {
  return Object.entries(set.spec.template.spec.nodeSelector ?? {}).every(
    ([key, value]) => node.metadata.labels?.[key] === value,
  );
}

interface DaemonPlan {
  /** Nodes that need a Pod. */
  readonly missing: readonly string[];
  readonly surplus: readonly Pod[];
}

function isEmpty({ missing, surplus }: DaemonPlan): boolean {
  return missing.length === 0 && surplus.length === 0;
}

/** A finished Pod, one of an older template (unless OnDelete) and one on a node not wanted make way. */
function plan(set: DaemonSet, owned: readonly Pod[], wanted: readonly string[], hash: string): DaemonPlan {
  const replaces = set.spec.updateStrategy?.type !== "OnDelete";
  const isStale = (pod: Pod) => replaces && pod.metadata.labels?.[revisionLabel] !== hash;
  const surplus = owned.filter(
    (pod) =>
      !isTerminating(pod) && (isFinished(pod) || isStale(pod) || !wanted.includes(pod.spec.nodeName ?? "")),
  );
  const missing = wanted.filter((node) => !owned.some((pod) => pod.spec.nodeName === node));
  return { missing, surplus };
}

function statusOf(
  set: DaemonSet,
  owned: readonly Pod[],
  wanted: readonly string[],
  hash: string,
  now: number,
): Readonly<Record<string, unknown>> {
  const placed = owned.filter((pod) => wanted.includes(pod.spec.nodeName ?? "") && !isTerminating(pod));
  const available = placed.filter((pod) => isAvailable(pod, set.spec.minReadySeconds ?? 0, now)).length;
  // Required fields are written even when they are 0.
  const { length: desiredNumberScheduled } = wanted;
  return {
    currentNumberScheduled: placed.length,
    numberMisscheduled: owned.length - placed.length,
    desiredNumberScheduled,
    numberReady: placed.filter(isReady).length,
    observedGeneration: set.metadata.generation,
    updatedNumberScheduled: placed.filter((pod) => pod.metadata.labels?.[revisionLabel] === hash).length,
    numberAvailable: available,
    numberUnavailable: desiredNumberScheduled - available,
  };
}
