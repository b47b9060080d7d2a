import { type Deployment, isKubernetesError, type ReplicaSet, replicaSets } from "@catalyst/ports/kubernetes";
import { type ReconcileContext, type ReconcileRequest, recordEvent } from "@catalyst/reconciler";
import { controllerOf, controllerReference } from "../common/owner.ts";
import { shortHash } from "../common/template.ts";
import { currentSet, desiredAnnotation, hashLabel, maxAnnotation, setAnnotations } from "./revision.ts";
import { limits, replicasOf, wanted } from "./sizes.ts";

/** The longest name of an object: a DNS subdomain's. */
const longestName = 253;

export interface DeploymentWork {
  readonly request: ReconcileRequest;
  readonly context: ReconcileContext<Deployment>;
  readonly deployment: Deployment;
}

/** The name of the set of the present template, and the hash in it. */
export function setName(deployment: Deployment, collisions: number): { hash: string; name: string } {
  const hash = shortHash(deployment.spec.template, collisions);
  return { hash, name: `${deployment.metadata.name.slice(0, longestName - hash.length - 1)}-${hash}` };
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
  const { hash, name } = setName(deployment, collisions);
  const labels = { ...template.metadata?.labels, [hashLabel]: hash };
  const client = context.clusters.client(request.cluster);
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

/** Says that the set of the present template couldn't be created. */
export function sayFailure(work: DeploymentWork, set: string, message: string): Promise<void> {
  const reason = "ReplicaSetCreateError";
  return record(work, "Warning", reason, `Failed to create new replica set "${set}": ${message}`);
}

function say(work: DeploymentWork, set: ReplicaSet, before: number, after: number): Promise<void> {
  const direction = after > before ? "up" : "down";
  const message = `Scaled ${direction} replica set ${set.metadata.name} from ${before} to ${after}`;
  return record(work, "Normal", "ScalingReplicaSet", message);
}

function record(
  { context, request, deployment }: DeploymentWork,
  type: "Normal" | "Warning",
  reason: string,
  message: string,
): Promise<void> {
  const client = context.clusters.client(request.cluster);
  return recordEvent(client, context.clock, "deployment-controller", deployment, { type, reason, message });
}
