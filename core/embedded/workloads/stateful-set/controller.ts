import {
  type ControllerRevision,
  controllerRevisions,
  isKubernetesError,
  type Pod,
  persistentVolumeClaims,
  pods,
  type StatefulSet,
  statefulSets,
} from "@catalyst/ports/kubernetes";
import type { Controller } from "@catalyst/reconciler";
import { ownedTrigger } from "../common/owner.ts";
import { createPod, deletePod, livePods, type PodControl } from "../common/pod-control.ts";
import { isAvailable, isReady, isTerminating, untilAvailable } from "../common/pod-state.ts";
import {
  dropRevisions,
  presentRevision,
  revisionLabel,
  revisionsOf,
  storedTemplate,
} from "../common/revision.ts";
import { replaceStatus } from "../common/status.ts";
import { decideStatefulSet, type StatefulSetAction } from "./decide.ts";
import { statefulClaims, statefulPod } from "./pod.ts";

/** Keeps Pods with stable names and volumes, one after the other. */
export const statefulSetController: Controller<StatefulSet> = {
  name: "statefulset",
  type: statefulSets,
  triggers: [ownedTrigger(pods, statefulSets), ownedTrigger(controllerRevisions, statefulSets)],
  reconcile: async (request, context) => {
    const set = context.object;
    if (set === undefined || set.metadata.deletionTimestamp !== undefined) return { outcome: "settled" };
    const client = context.clusters.client(request.cluster);
    const known = revisionsOf(context.cache, request.cluster, set);
    const latest = await presentRevision(client, set, set.spec.template, known);
    const update = latest.metadata.name;
    const current = set.status?.currentRevision ?? update;
    const control: PodControl = { request, context, owner: set, component: "statefulset-controller" };
    const facts = (of: readonly Pod[]) => ({
      set,
      pods: of,
      currentRevision: current,
      updateRevision: update,
      now: context.clock.now(),
    });
    let owned = context.cache.ownedBy<Pod>(request.cluster, pods, set.metadata.uid ?? "");
    if (decideStatefulSet(facts(owned)).length > 0) {
      owned = await livePods(control, set.spec.selector);
      for (const action of decideStatefulSet(facts(owned)))
        await act(control, set, [...known, latest], action);
    }
    const now = context.clock.now();
    await replaceStatus(client, statefulSets, set, statusOf(set, owned, current, update, now));
    await dropRevisions(client, known, new Set([current, update]), set.spec.revisionHistoryLimit ?? 10);
    return {
      outcome: "settled",
      recheckAfter: untilAvailable(owned, set.spec.minReadySeconds ?? 0, now),
    };
  },
};

async function act(
  control: PodControl,
  set: StatefulSet,
  revisions: readonly ControllerRevision[],
  action: StatefulSetAction,
): Promise<void> {
  if (action.type === "delete") return deletePod(control, action.pod);
  const client = control.context.clusters.client(control.request.cluster);
  for (const claim of statefulClaims(set, action.ordinal)) {
    const { name, namespace } = claim.metadata;
    if ((await client.find(persistentVolumeClaims, { namespace, name })) === undefined)
      await client.create(persistentVolumeClaims, claim);
  }
  const revision = revisions.find((candidate) => candidate.metadata.name === action.revision);
  const template = (revision === undefined ? undefined : storedTemplate(revision)) ?? set.spec.template;
  const { $patch: _patch, ...plain } = template as typeof template & { readonly $patch?: unknown };
  try {
    await createPod(control, statefulPod(set, plain, action.revision, action.ordinal));
  } catch (error) {
    // The one before it is still on its way out: its end wakes this set again.
    if (!isKubernetesError(error, "kubernetes-already-exists")) throw error;
  }
}

function statusOf(
  set: StatefulSet,
  owned: readonly Pod[],
  current: string,
  update: string,
  now: number,
): Readonly<Record<string, unknown>> {
  const of = (revision: string) =>
    owned.filter((pod) => pod.metadata.labels?.[revisionLabel] === revision && !isTerminating(pod)).length;
  const updated = of(update);
  const ready = owned.filter(isReady).length;
  const replicas = owned.length;
  const partition = set.spec.updateStrategy?.rollingUpdate?.partition ?? 0;
  const target = set.spec.replicas ?? 1;
  const isDone = partition === 0 && updated === target && replicas === target && ready === target;
  return {
    ...(set.status?.collisionCount === undefined ? {} : { collisionCount: set.status.collisionCount }),
    observedGeneration: set.metadata.generation,
    replicas,
    readyReplicas: ready,
    availableReplicas: owned.filter((pod) => isAvailable(pod, set.spec.minReadySeconds ?? 0, now)).length,
    currentReplicas: isDone ? updated : of(current),
    updatedReplicas: updated,
    currentRevision: isDone ? update : current,
    updateRevision: update,
  };
}
