import { pods } from "@catalyst/ports/kubernetes";
import type { ReconcileResult } from "@catalyst/reconciler";
import type { NodeObjects } from "../node-object.ts";
import { writeStatus } from "./status/write.ts";
import { type PodWork, say } from "./work.ts";

/** Gives a Pod to this node, unless its selector asks for another. */
export async function bind(
  work: PodWork,
  nodeName: string,
  nodeObjects: NodeObjects,
): Promise<ReconcileResult> {
  const { client, pod, request } = work;
  const labels = nodeObjects.labels();
  const unmet = Object.entries(pod.spec.nodeSelector ?? {}).find(([key, value]) => labels[key] !== value);
  if (unmet !== undefined) {
    const message = "0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector.";
    say(work, "Warning", "FailedScheduling", message);
    const condition = { type: "PodScheduled", status: "False", reason: "Unschedulable", message };
    await writeStatus(work, { ...pod.status, phase: "Pending", conditions: [condition] });
    return { outcome: "stalled", reason: message };
  }
  await client.createSubresource(pods, request, "binding", {
    apiVersion: "v1",
    kind: "Binding",
    metadata: { name: pod.metadata.name, namespace: pod.metadata.namespace },
    target: { apiVersion: "v1", kind: "Node", name: nodeName },
  });
  return { outcome: "settled" };
}
