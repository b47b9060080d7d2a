import { errorMessage } from "@catalyst/base/errors";
import { type KubeObject, type LabelSelector, type Pod, pods } from "@catalyst/ports/kubernetes";
import { type ReconcileContext, type ReconcileRequest, recordEvent } from "@catalyst/reconciler";
import { controllerOf } from "./owner.ts";

/** What creating and deleting Pods for an owner needs. */
export interface PodControl {
  readonly request: ReconcileRequest;
  readonly context: Pick<ReconcileContext, "clusters" | "clock" | "signal">;
  readonly owner: KubeObject;
  /** The controller's name in events: `replicaset-controller`. */
  readonly component: string;
}

/**
 * The owner's Pods as the server has them now. A cache may lag behind one's own writes, and who creates from a
 * stale count creates too many: so what changes the number of Pods is decided on this list.
 */
export async function livePods(control: PodControl, selector?: LabelSelector): Promise<readonly Pod[]> {
  const { request, context, owner } = control;
  const equal = Object.entries(selector?.matchLabels ?? {}).map(([key, value]) => `${key}=${value}`);
  const { items } = await context.clusters.client(request.cluster).list(pods, {
    namespace: request.namespace,
    ...(equal.length === 0 ? {} : { labelSelector: equal.join(",") }),
    signal: context.signal,
  });
  return items.filter((pod) => controllerOf(pod)?.uid === owner.metadata.uid);
}

/** Creates a Pod and says so; a refusal becomes the event FailedCreate and is thrown on. */
export async function createPod(control: PodControl, pod: Pod): Promise<Pod> {
  const client = control.context.clusters.client(control.request.cluster);
  try {
    const created = await client.create(pods, pod);
    await say(control, "Normal", "SuccessfulCreate", `Created pod: ${created.metadata.name}`);
    return created;
  } catch (error) {
    await say(control, "Warning", "FailedCreate", `Error creating: ${errorMessage(error)}`);
    throw error;
  }
}

/** Deletes a Pod and says so, unless it is gone already or replaced by another. */
export async function deletePod(control: PodControl, pod: Pod): Promise<void> {
  const { name, namespace, uid } = pod.metadata;
  const client = control.context.clusters.client(control.request.cluster);
  if (await client.delete(pods, { namespace, name }, { uid }))
    await say(control, "Normal", "SuccessfulDelete", `Deleted pod: ${name}`);
}

async function say(
  control: PodControl,
  type: "Normal" | "Warning",
  reason: string,
  message: string,
): Promise<void> {
  const { context, request, owner, component } = control;
  const client = context.clusters.client(request.cluster);
  await recordEvent(client, context.clock, component, owner, { type, reason, message });
}
