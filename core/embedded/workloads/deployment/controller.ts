import { errorMessage, unreachable } from "@catalyst/base/errors";
import { jsonEqual } from "@catalyst/base/json";
import {
  type ClusterName,
  type Deployment,
  deployments,
  isKubernetesError,
  type KubeObject,
  type Pod,
  pods,
  type ReplicaSet,
  type ResourceType,
  replicaSets,
} from "@catalyst/ports/kubernetes";
import type { Controller, ObjectCache, Trigger } from "@catalyst/reconciler";
import { type Claim, cachedClaim, liveClaim, strayTrigger } from "../common/claim.ts";
import { controllerOf, ownedTrigger, requestFor } from "../common/owner.ts";
import { isNamespaceLeaving } from "../common/pod-control.ts";
import { isFinished } from "../common/pod-state.ts";
import { replaceStatus } from "../common/status.ts";
import { createSet, type DeploymentWork, sayFailure, scaleSet, setName } from "./act.ts";
import { decideDeployment, wasRescaled } from "./decide.ts";
import { currentSet, revisionAnnotation, revisionOf, setAnnotations } from "./revision.ts";
import { wanted } from "./sizes.ts";
import { deploymentStatus, isComplete, type StatusFacts, untilDeadline } from "./status.ts";

/** A Pod's end lets a Deployment go on that recreates. */
const podEnded: Trigger = {
  type: pods as ResourceType,
  requests: (cluster: ClusterName, pod: KubeObject, _previous: unknown, cache: ObjectCache) => {
    const owner = controllerOf(pod);
    const { namespace } = pod.metadata;
    if (owner?.kind !== "ReplicaSet") return [];
    const set = cache.get(cluster, replicaSets, { namespace, name: owner.name });
    const name = set === undefined ? undefined : controllerOf(set)?.name;
    const deployment = name === undefined ? undefined : cache.get(cluster, deployments, { namespace, name });
    return deployment?.spec.strategy?.type === "Recreate" ? [requestFor(cluster, deployment)] : [];
  },
};

/** Rolls a Deployment's Pods from one template to the next, by ReplicaSets. */
export const deploymentController: Controller<Deployment> = {
  name: "deployment",
  type: deployments,
  triggers: [
    ownedTrigger(replicaSets, deployments),
    strayTrigger(replicaSets as ResourceType, deployments, ({ spec }) => spec.selector),
    podEnded,
  ],
  reconcile: async (request, context) => {
    const deployment = context.object;
    if (deployment === undefined) return { outcome: "settled" };
    const { selector } = deployment.spec;
    const claim: Claim<ReplicaSet> = { request, context, owner: deployment, type: replicaSets, selector };
    const known = cachedClaim(claim);
    const sets = known.isSettled ? known.objects : await liveClaim(claim);
    const outcome = await rollOn({ request, context, deployment }, sets);
    const now = context.clock.now();
    const status = deploymentStatus({ ...outcome, now });
    const client = context.clusters.client(request.cluster);
    const isNoted = revisionNote(outcome.deployment) === revisionNote(deployment);
    // Upstream writes the revision with the status: an annotation alone would move the generation.
    if (isNoted) await replaceStatus(client, deployments, deployment, { ...status });
    else await client.updateStatus(deployments, { ...outcome.deployment, status });
    if (outcome.error !== undefined) throw outcome.error;
    return { outcome: "settled", recheckAfter: untilDeadline(deployment, status, now) };
  },
};

type Outcome = Omit<StatusFacts, "now"> & { readonly error?: unknown };

/** Takes the next step of a rollout; gives how the Deployment then is. */
async function rollOn(work: DeploymentWork, sets: readonly ReplicaSet[]): Promise<Outcome> {
  const { deployment } = work;
  const current = currentSet(deployment, sets);
  const old = sets.filter((set) => set !== current);
  const isResizing = deployment.spec.paused === true || wasRescaled({ deployment, current, old });
  const collisionCount = deployment.status?.collisionCount;
  const begun = { deployment, current, old, collisionCount, failure: undefined, isNew: false, isResizing };
  const action = decideDeployment({ deployment, current, old, oldPods: oldPods(work, old) });
  switch (action.type) {
    case "create":
      return createCurrent(work, begun, action.replicas);
    case "scale":
      for (const [set, size] of action.sizes) await scaleSet(work, set, size);
      break;
    case "none":
      if (deployment.spec.paused === true || isComplete(deployment, deployment.status ?? {}))
        await cleanUp(work, old);
      break;
    default:
      return unreachable(action);
  }
  return { ...begun, deployment: await noteRevision(work, current, old) };
}

async function createCurrent(work: DeploymentWork, begun: Outcome, replicas: number): Promise<Outcome> {
  const { deployment, old, collisionCount = 0 } = begun;
  try {
    const current = await createSet(work, old, replicas, collisionCount);
    if (current === undefined) return { ...begun, collisionCount: collisionCount + 1 };
    return { ...begun, current, isNew: true, deployment: await noteRevision(work, current, old) };
  } catch (error) {
    if (isNamespaceLeaving(error)) return begun;
    if (isKubernetesError(error, "kubernetes-conflict")) throw error;
    const { name } = setName(deployment, collisionCount);
    await sayFailure(work, name, errorMessage(error));
    return { ...begun, failure: { set: name, message: errorMessage(error) }, error };
  }
}

function oldPods({ context, request }: DeploymentWork, old: readonly ReplicaSet[]): number {
  return old
    .flatMap((set) => context.cache.ownedBy<Pod>(request.cluster, pods, set.metadata.uid ?? ""))
    .filter((pod) => !isFinished(pod)).length;
}

function revisionNote({ metadata }: Deployment): string | undefined {
  return metadata.annotations?.[revisionAnnotation];
}

/** Keeps the revision on the present set; gives the Deployment as it is to be written, with the revision noted. */
async function noteRevision(
  { context, request, deployment }: DeploymentWork,
  current: ReplicaSet | undefined,
  old: readonly ReplicaSet[],
): Promise<Deployment> {
  if (current === undefined) return deployment;
  const client = context.clusters.client(request.cluster);
  const annotations = setAnnotations(deployment, current, old);
  const { minReadySeconds = 0 } = deployment.spec;
  const isNoted = jsonEqual(annotations, current.metadata.annotations ?? {});
  if (!isNoted || minReadySeconds !== (current.spec.minReadySeconds ?? 0)) {
    const { name, namespace } = current.metadata;
    const patch = { metadata: { annotations }, spec: { minReadySeconds } };
    await client.mergePatch(replicaSets, { namespace, name }, patch);
  }
  const revision = annotations[revisionAnnotation] ?? "1";
  const own = { ...deployment.metadata.annotations, [revisionAnnotation]: revision };
  return { ...deployment, metadata: { ...deployment.metadata, annotations: own } };
}

/** Deletes empty sets beyond the history that is asked for, the oldest revisions first. */
async function cleanUp(work: DeploymentWork, old: readonly ReplicaSet[]): Promise<void> {
  const { deployment, context, request } = work;
  const there = old
    .filter((set) => set.metadata.deletionTimestamp === undefined)
    .sort((a, b) => revisionOf(a) - revisionOf(b));
  const excess = there.length - (deployment.spec.revisionHistoryLimit ?? 10);
  for (const set of there.slice(0, Math.max(0, excess))) {
    const isSeen = (set.metadata.generation ?? 0) <= (set.status?.observedGeneration ?? 0);
    if (wanted(set) !== 0 || (set.status?.replicas ?? 0) !== 0 || !isSeen) continue;
    const { name, namespace, uid, resourceVersion } = set.metadata;
    await context.clusters
      .client(request.cluster)
      .delete(replicaSets, { namespace, name }, { uid, resourceVersion });
  }
}
