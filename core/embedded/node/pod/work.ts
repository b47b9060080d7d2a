import type { PodIdentity, PodRuntime } from "@catalyst/ports/containers";
import type { ClusterClient, Pod } from "@catalyst/ports/kubernetes";
import { type ReconcileContext, type ReconcileRequest, recordEvent } from "@catalyst/reconciler";
import type { NodeOptions } from "../options.ts";
import type { PodMemory } from "./memory.ts";

/** One pass over one Pod. */
export interface PodWork {
  readonly request: ReconcileRequest;
  readonly context: Pick<ReconcileContext, "clock" | "logger" | "signal">;
  readonly client: ClusterClient;
  readonly options: NodeOptions;
  readonly runtime: PodRuntime;
  readonly pod: Pod;
  readonly identity: PodIdentity;
  readonly memory: PodMemory;
}

export function identityOf(cluster: string, pod: Pod): PodIdentity {
  const { name, namespace = "default", uid = "" } = pod.metadata;
  return { cluster, namespace, name, uid };
}

/** Says what happened to a Pod. */
export function say(
  work: PodWork,
  type: "Normal" | "Warning",
  reason: string,
  message: string,
): Promise<void> {
  return recordEvent(work.client, work.context.clock, "kubelet", work.pod, { type, reason, message });
}
