import {
  controllerRevisions,
  type Pod,
  persistentVolumeClaims,
  pods,
  type ResourceType,
  type StatefulSet,
  statefulSets,
} from "@catalyst/ports/kubernetes";
import type { Controller } from "@catalyst/reconciler";
import { type Claim, cachedClaim, liveClaim, strayTrigger } from "../common/claim.ts";
import { ownedTrigger } from "../common/owner.ts";
import { isAvailable, isTerminating, untilAvailable } from "../common/pod-state.ts";
import { dropRevisions, recordRevision, revisionLabel, storedHashLabel } from "../common/revision.ts";
import { replaceStatus } from "../common/status.ts";
import { carryOut, keepClaimOwners, type StatefulSetWork } from "./act.ts";
import {
  decideStatefulSet,
  isRunningAndReady,
  type StatefulSetAction,
  type StatefulSetFacts,
} from "./decide.ts";
import { ordinalOf } from "./pod.ts";

/** Keeps Pods with stable names and volumes, one after the other. */
export const statefulSetController: Controller<StatefulSet> = {
  name: "statefulset",
  type: statefulSets,
  triggers: [
    ownedTrigger(pods, statefulSets),
    ownedTrigger(controllerRevisions, statefulSets),
    ownedTrigger(persistentVolumeClaims, statefulSets),
    strayTrigger(pods as ResourceType, statefulSets, ({ spec }) => spec.selector),
  ],
  reconcile: async (request, context) => {
    const set = context.object;
    if (set === undefined || set.metadata.deletionTimestamp !== undefined) return { outcome: "settled" };
    const client = context.clusters.client(request.cluster);
    const { known, latest, collisions } = await recordRevision(request, context, set, storedHashLabel);
    const updateRevision = latest.metadata.name;
    const before = set.status?.currentRevision;
    const isKnown = known.some(({ metadata }) => metadata.name === before);
    const currentRevision = before !== undefined && isKnown ? before : updateRevision;
    const revisions = [...known, latest];
    const work: StatefulSetWork = {
      request,
      context,
      owner: set,
      component: "statefulset-controller",
      revisions,
    };
    const facts = (of: readonly Pod[]): StatefulSetFacts => {
      const now = context.clock.now();
      return { set, pods: of, currentRevision, updateRevision, now };
    };
    const { owned, steps } = await lookAt(work, facts);
    const now = context.clock.now();
    // Before the steps: a Pod may be gone before its deletion is answered, and the status says of which template
    // the next one is. A set that has changed meanwhile is refused here, and nothing is done for it as it was.
    await replaceStatus(client, statefulSets, set, statusOf(facts(owned), steps, collisions));
    for (const step of steps) await carryOut(work, step);
    const used = new Set([
      currentRevision,
      updateRevision,
      ...owned.map((pod) => pod.metadata.labels?.[revisionLabel]),
    ]);
    const isUsed = (revision: (typeof known)[number]) => used.has(revision.metadata.name);
    await dropRevisions(client, known, isUsed, set.spec.revisionHistoryLimit ?? 10);
    return {
      outcome: "settled",
      recheckAfter: untilAvailable(owned, set.spec.minReadySeconds ?? 0, now),
    };
  },
};

/** The Pods of a set as they are, and what is to be done for them now. */
interface Look {
  readonly owned: readonly Pod[];
  readonly steps: readonly StatefulSetAction[];
}

/** Looks at the Pods, where something is to be done as the server has them; brings their claims' owners in line. */
async function lookAt(
  work: StatefulSetWork,
  facts: (pods: readonly Pod[]) => StatefulSetFacts,
): Promise<Look> {
  const { request, context, owner } = work;
  const { selector } = owner.spec;
  const concerns = (pod: Pod) => ordinalOf(owner, pod) !== undefined;
  const claim: Claim<Pod> = { request, context, owner, type: pods, selector, concerns };
  const cached = cachedClaim(claim);
  const isStill = cached.isSettled && decideStatefulSet(facts(cached.objects)).length === 0;
  const owned = isStill ? cached.objects : await liveClaim(claim);
  for (const pod of owned) if (!isTerminating(pod)) await keepClaimOwners(work, pod);
  return { owned, steps: isStill ? [] : decideStatefulSet(facts(owned)) };
}

/** The status before the steps, but that a Pod about to be replaced counts for no template any more, as upstream. */
function statusOf(
  facts: StatefulSetFacts,
  steps: readonly StatefulSetAction[],
  collisionCount: number,
): Readonly<Record<string, unknown>> {
  const { set, pods: owned, currentRevision, updateRevision, now } = facts;
  const replaced = new Set(steps.flatMap((step) => (step.type === "replace" ? step.pod : [])));
  const staying = owned.filter((pod) => !isTerminating(pod) && !replaced.has(pod));
  const of = (revision: string) =>
    staying.filter((pod) => pod.metadata.labels?.[revisionLabel] === revision).length;
  const updated = of(updateRevision);
  const ready = owned.filter(isRunningAndReady);
  const replicas = owned.length;
  const target = set.spec.replicas ?? 1;
  const isRolling = set.spec.updateStrategy?.type !== "OnDelete";
  const isDone = isRolling && updated === target && replicas === target && ready.length === target;
  const minReady = set.spec.minReadySeconds ?? 0;
  return {
    collisionCount,
    observedGeneration: set.metadata.generation,
    replicas,
    readyReplicas: ready.length,
    availableReplicas: ready.filter((pod) => isAvailable(pod, minReady, now)).length,
    currentReplicas: isDone ? updated : of(currentRevision),
    updatedReplicas: updated,
    currentRevision: isDone ? updateRevision : currentRevision,
    updateRevision,
  };
}
