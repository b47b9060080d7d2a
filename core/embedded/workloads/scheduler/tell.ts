import { rfc3339 } from "@catalyst/base/clock";
import { isKubernetesError, type Pod, type PodCondition, pods } from "@catalyst/ports/kubernetes";
import { type ReconcileContext, type ReconcileRequest, recordEvent } from "@catalyst/reconciler";

/** As whom the scheduler speaks, and the Pods it is for unless they say otherwise. */
export const ownName = "default-scheduler";

type Context = Pick<ReconcileContext, "clusters" | "clock">;

/** Says in a Pod's status, and in an event, why it has no place; and the node it was promised, if any. */
export async function tellUnschedulable(
  request: ReconcileRequest,
  { clusters, clock }: Context,
  pod: Pod,
  message: string,
  promised: string | undefined,
): Promise<void> {
  const client = clusters.client(request.cluster);
  const before = pod.status?.conditions?.find(({ type }) => type === "PodScheduled");
  const content = { type: "PodScheduled", status: "False", reason: "Unschedulable", message };
  const isSaid = before?.reason === content.reason && before.message === message;
  if (isSaid && pod.status?.nominatedNodeName === promised) return;
  const note = { type: "Warning", reason: "FailedScheduling", action: "Scheduling", message } as const;
  if (!isSaid) await recordEvent(client, clock, ownName, pod, note);
  const kept = before?.status === "False" ? before.lastTransitionTime : undefined;
  const condition: PodCondition = {
    ...content,
    lastProbeTime: null,
    lastTransitionTime: kept ?? rfc3339(clock.now()),
  };
  const { nominatedNodeName: _before, ...status } = pod.status ?? {};
  const others = (status.conditions ?? []).filter(({ type }) => type !== "PodScheduled");
  const nomination = promised === undefined ? {} : { nominatedNodeName: promised };
  await client.updateStatus(pods, {
    ...pod,
    status: { ...status, ...nomination, conditions: [...others, condition] },
  });
}

/** Takes a promise back that a Pod's status tells of. */
export async function takeBackPromise(
  request: ReconcileRequest,
  { clusters }: Context,
  { metadata, status }: Pod,
): Promise<void> {
  if (status?.nominatedNodeName === undefined) return;
  const { namespace, name, uid } = metadata;
  const patch = { metadata: { uid }, status: { nominatedNodeName: null } };
  const client = clusters.client(request.cluster);
  try {
    await client.mergePatch(pods, { namespace, name }, patch, { subresource: "status" });
  } catch (error) {
    // Gone, or another of the name.
    if (!isKubernetesError(error, "kubernetes-not-found", "kubernetes-conflict")) throw error;
  }
}
