import { jsonEqual } from "@catalyst/base/json";
import {
  type ClusterName,
  type Deployment,
  deployments,
  type KubeObject,
  type Pod,
  pods,
  type ReplicaSet,
  type ResourceType,
  replicaSets,
} from "@catalyst/ports/kubernetes";
import type { Controller, ObjectCache, Trigger } from "@catalyst/reconciler";
import { controllerOf, ownedTrigger, requestFor } from "../common/owner.ts";
import { isFinished } from "../common/pod-state.ts";
import { replaceStatus } from "../common/status.ts";
import { createSet, type DeploymentWork, scaleSet } from "./act.ts";
import { decideDeployment } from "./decide.ts";
import { byCreation, currentSet, revisionAnnotation, setAnnotations } from "./revision.ts";
import { wanted } from "./sizes.ts";
import { deploymentStatus, untilDeadline } from "./status.ts";

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
  triggers: [ownedTrigger(replicaSets, deployments), podEnded],
  reconcile: async (request, context) => {
    const deployment = context.object;
    if (deployment === undefined) return { outcome: "settled" };
    const work: DeploymentWork = { request, context, deployment };
    const sets = context.cache.ownedBy<ReplicaSet>(
      request.cluster,
      replicaSets,
      deployment.metadata.uid ?? "",
    );
    let current = currentSet(deployment, sets);
    const old = sets.filter((set) => set !== current);
    let collisions = deployment.status?.collisionCount ?? 0;
    const action = decideDeployment({ deployment, current, old, oldPods: oldPods(work, old) });
    if (action.type === "create") {
      current = await createSet(work, old, action.replicas, collisions);
      if (current === undefined) collisions++;
    } else if (action.type === "scale") {
      for (const [set, size] of action.sizes) await scaleSet(work, set, size);
    } else await cleanUp(work, old);
    const revised = current === undefined ? deployment : await noteRevision(work, current, old);
    const now = context.clock.now();
    const status = deploymentStatus(revised, current, old, collisions, now);
    const client = context.clusters.client(request.cluster);
    await replaceStatus(client, deployments, revised, { ...status });
    return { outcome: "settled", recheckAfter: untilDeadline(deployment, status, now) };
  },
};

function oldPods({ context, request }: DeploymentWork, old: readonly ReplicaSet[]): number {
  return old
    .flatMap((set) => context.cache.ownedBy<Pod>(request.cluster, pods, set.metadata.uid ?? ""))
    .filter((pod) => !isFinished(pod)).length;
}

/** Keeps the revision on the present set and on the Deployment; gives the Deployment as it then is. */
async function noteRevision(
  { context, request, deployment }: DeploymentWork,
  current: ReplicaSet,
  old: readonly ReplicaSet[],
): Promise<Deployment> {
  const client = context.clusters.client(request.cluster);
  const annotations = setAnnotations(deployment, current, old);
  if (!jsonEqual(annotations, current.metadata.annotations ?? {})) {
    const { name, namespace } = current.metadata;
    await client.mergePatch(replicaSets, { namespace, name }, { metadata: { annotations } });
  }
  const revision = annotations[revisionAnnotation] ?? "1";
  if (deployment.metadata.annotations?.[revisionAnnotation] === revision) return deployment;
  const { name, namespace } = deployment.metadata;
  return client.mergePatch(
    deployments,
    { namespace, name },
    { metadata: { annotations: { [revisionAnnotation]: revision } } },
  );
}

/** Deletes empty sets beyond the history that is asked for, the oldest first. */
async function cleanUp(work: DeploymentWork, old: readonly ReplicaSet[]): Promise<void> {
  const { deployment, context, request } = work;
  const empty = old
    .filter((set) => wanted(set) === 0 && (set.status?.replicas ?? 0) === 0)
    .filter((set) => set.metadata.deletionTimestamp === undefined)
    .sort(byCreation);
  const excess = empty.length - (deployment.spec.revisionHistoryLimit ?? 10);
  for (const set of empty.slice(0, Math.max(0, excess))) {
    const { name, namespace, uid, resourceVersion } = set.metadata;
    await context.clusters
      .client(request.cluster)
      .delete(replicaSets, { namespace, name }, { uid, resourceVersion });
  }
}
