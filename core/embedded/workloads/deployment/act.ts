import { type Deployment, isKubernetesError, type ReplicaSet, replicaSets } from "@catalyst/ports/kubernetes";
import { type ReconcileContext, type ReconcileRequest, recordEvent } from "@catalyst/reconciler";
import { controllerOf, controllerReference } from "../common/owner.ts";
import { shortHash } from "../common/template.ts";
import { currentSet, desiredAnnotation, hashLabel, maxAnnotation, setAnnotations } from "./revision.ts";
import { limits, replicasOf, wanted } from "./sizes.ts";

export interface DeploymentWork {
  readonly request: ReconcileRequest;
  readonly context: ReconcileContext<Deployment>;
  readonly deployment: Deployment;
}

/**
 * Creates the set of the present template. Undefined when another object has its name: the collision count
 * must rise.
 */
export async function createSet(
  work: DeploymentWork,
  old: readonly ReplicaSet[],
  replicas: number,
  collisions: number,
): Promise<ReplicaSet | undefined> {
  const { deployment, request, context } = work;
  const { template, selector, minReadySeconds } = deployment.spec;
  const hash = shortHash(template, collisions);
  const labels = { ...template.metadata?.labels, [hashLabel]: hash };
  const client = context.clusters.client(request.cluster);
  const name = `${deployment.metadata.name}-${hash}`;
  const set: ReplicaSet = {
    apiVersion: "apps/v1",
    kind: "ReplicaSet",
    metadata: {
      name,
      ...(request.namespace === undefined ? {} : { namespace: request.namespace }),
      labels,
      annotations: { ...setAnnotations(deployment, undefined, old), ...sizeNotes(deployment) },
      ownerReferences: [controllerReference(deployment)],
    },
    spec: {
      replicas,
      ...(minReadySeconds === undefined ? {} : { minReadySeconds }),
      selector: { ...selector, matchLabels: { ...selector.matchLabels, [hashLabel]: hash } },
      template: { ...template, metadata: { ...template.metadata, labels } },
    },
  };
  try {
    const created = await client.create(replicaSets, set);
    if (replicas > 0) await say(work, created, 0, replicas);
    return created;
  } catch (error) {
    if (!isKubernetesError(error, "kubernetes-already-exists")) throw error;
    const there = await client.find(replicaSets, { namespace: request.namespace, name });
    const ours = there !== undefined && controllerOf(there)?.uid === deployment.metadata.uid;
    return ours ? currentSet(deployment, [there]) : undefined;
  }
}

/** Sets a set's size and notes the number wanted beside it, on the version that was read. */
export async function scaleSet(work: DeploymentWork, set: ReplicaSet, replicas: number): Promise<void> {
  const before = wanted(set);
  const { name, namespace, resourceVersion } = set.metadata;
  const metadata = { resourceVersion, annotations: sizeNotes(work.deployment) };
  const client = work.context.clusters.client(work.request.cluster);
  await client.mergePatch(replicaSets, { namespace, name }, { metadata, spec: { replicas } });
  if (before !== replicas) await say(work, set, before, replicas);
}

function sizeNotes(deployment: Deployment): Readonly<Record<string, string>> {
  const target = replicasOf(deployment);
  return {
    [desiredAnnotation]: String(target),
    [maxAnnotation]: String(target + limits(deployment).surge),
  };
}

async function say(work: DeploymentWork, set: ReplicaSet, before: number, after: number): Promise<void> {
  const { context, request, deployment } = work;
  const direction = after > before ? "up" : "down";
  await recordEvent(
    context.clusters.client(request.cluster),
    context.clock,
    "deployment-controller",
    deployment,
    {
      type: "Normal",
      reason: "ScalingReplicaSet",
      message: `Scaled ${direction} replica set ${set.metadata.name} from ${before} to ${after}`,
    },
  );
}
