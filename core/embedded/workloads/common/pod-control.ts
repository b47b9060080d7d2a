import { errorMessage } from "@catalyst/base/errors";
import { isKubernetesError, type KubeObject, type Pod, pods } from "@catalyst/ports/kubernetes";
import { type ReconcileContext, type ReconcileRequest, recordEvent } from "@catalyst/reconciler";

/** What creating and deleting Pods for an owner needs. */
export interface PodControl {
  readonly request: ReconcileRequest;
  readonly context: Pick<ReconcileContext, "clusters" | "clock" | "signal">;
  readonly owner: KubeObject;
  /** The controller's name in events: `replicaset-controller`. */
  readonly component: string;
}

/** Creates a Pod and says so; a refusal becomes the event FailedCreate and is thrown on. */
export async function createPod(control: PodControl, pod: Pod): Promise<Pod> {
  const client = control.context.clusters.client(control.request.cluster);
  try {
    const created = await client.create(pods, pod);
    await say(control, "Normal", "SuccessfulCreate", `Created pod: ${created.metadata.name}`);
    return created;
  } catch (error) {
    if (!isNamespaceLeaving(error))
      await say(control, "Warning", "FailedCreate", `Error creating: ${errorMessage(error)}`);
    throw error;
  }
}

/** Nothing can be made any more in the namespace, and nothing has to be: all in it goes. */
export function isNamespaceLeaving(error: unknown): boolean {
  if (!isKubernetesError(error, "kubernetes-forbidden")) return false;
  const causes = error.details?.["causes"];
  return Array.isArray(causes) && causes.some((cause) => cause.reason === "NamespaceTerminating");
}

/** What of a number of Pods was created, and what ended it. */
export interface CreatedPods {
  readonly made: readonly Pod[];
  readonly failure?: unknown;
}

/**
 * Creates Pods in batches, of one at first and twice as many after each that succeeded whole: a refusal that
 * would meet all of them is met once. Source: upstream's slowStartBatch.
 */
export async function createPods(control: PodControl, wanted: readonly Pod[]): Promise<CreatedPods> {
  const made: Pod[] = [];
  let size = 1;
  for (let begun = 0; begun < wanted.length; begun += size, size *= 2) {
    const batch = wanted.slice(begun, begun + size);
    const results = await Promise.allSettled(batch.map((pod) => createPod(control, pod)));
    for (const result of results) if (result.status === "fulfilled") made.push(result.value);
    const failed = results.find((result) => result.status === "rejected");
    if (failed !== undefined)
      return isNamespaceLeaving(failed.reason) ? { made } : { made, failure: failed.reason };
  }
  return { made };
}

/** Deletes a Pod and says so, unless it is gone already or replaced by another. */
export async function deletePod(control: PodControl, pod: Pod): Promise<void> {
  const { name, namespace, uid } = pod.metadata;
  const client = control.context.clusters.client(control.request.cluster);
  try {
    if (await client.delete(pods, { namespace, name }, { uid }))
      await say(control, "Normal", "SuccessfulDelete", `Deleted pod: ${name}`);
  } catch (error) {
    if (!isKubernetesError(error, "kubernetes-conflict")) throw error;
  }
}

/** Records what happened to the owner. */
export async function say(
  control: PodControl,
  type: "Normal" | "Warning",
  reason: string,
  message: string,
): Promise<void> {
  const { context, request, owner, component } = control;
  const client = context.clusters.client(request.cluster);
  await recordEvent(client, context.clock, component, owner, { type, reason, message });
}
