import { isKubernetesError, type Pod, persistentVolumeClaims, pods } from "@catalyst/ports/kubernetes";
import { type ReconcileContext, type ReconcileRequest, recordEvent } from "@catalyst/reconciler";
import { ownName } from "./tell.ts";
import { type ClaimState, selectedNodeAnnotation } from "./volumes.ts";

type Context = Pick<ReconcileContext, "clusters" | "clock">;

/** Puts a Pod on a node. */
export async function bind(
  request: ReconcileRequest,
  { clusters, clock }: Context,
  pod: Pod,
  node: string,
): Promise<void> {
  const client = clusters.client(request.cluster);
  const { name, namespace, uid } = pod.metadata;
  try {
    await client.createSubresource(pods, request, "binding", {
      apiVersion: "v1",
      kind: "Binding",
      metadata: { name, namespace, uid },
      target: { apiVersion: "v1", kind: "Node", name: node },
    });
  } catch (error) {
    // Gone, or given a place by somebody else.
    if (isKubernetesError(error, "kubernetes-not-found", "kubernetes-conflict")) return;
    throw error;
  }
  const message = `Successfully assigned ${namespace}/${name} to ${node}`;
  const note = { type: "Normal", reason: "Scheduled", action: "Binding", message } as const;
  await recordEvent(client, clock, ownName, pod, note);
}

/** Lets the volumes be made of claims that waited for the Pod's place; the Pod goes there once they are bound. */
export async function chooseNode(
  request: ReconcileRequest,
  { clusters }: Context,
  { waiting }: ClaimState,
  node: string,
): Promise<void> {
  const client = clusters.client(request.cluster);
  for (const { metadata } of waiting) {
    if (metadata.annotations?.[selectedNodeAnnotation] === node) continue;
    const { name, namespace } = metadata;
    const patch = { metadata: { annotations: { [selectedNodeAnnotation]: node } } };
    await client.mergePatch(persistentVolumeClaims, { namespace, name }, patch);
  }
}
