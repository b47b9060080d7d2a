import type { PodIdentity, PodRuntime } from "@catalyst/ports/containers";
import type { ClusterClient, Container, Pod } from "@catalyst/ports/kubernetes";
import type { ReconcileContext, ReconcileRequest } from "@catalyst/reconciler";
import type { PodEvents } from "../events.ts";
import type { NodeOptions } from "../options.ts";
import type { PodMemory } from "./memory.ts";

/** One pass over one Pod. */
export interface PodWork {
  readonly request: ReconcileRequest;
  readonly context: Pick<ReconcileContext, "cache" | "clock" | "logger" | "signal">;
  readonly client: ClusterClient;
  readonly options: NodeOptions;
  readonly runtime: PodRuntime;
  readonly pod: Pod;
  readonly identity: PodIdentity;
  readonly memory: PodMemory;
  readonly events: PodEvents;
  /** Has the Pod looked at again. */
  wake(): void;
}

export function identityOf(cluster: string, pod: Pod): PodIdentity {
  const { name, namespace = "default", uid = "" } = pod.metadata;
  return { cluster, namespace, name, uid };
}

/** Says what happened to a Pod, or to one container of it, without waiting until that is written. */
export function say(
  { events, client, pod }: PodWork,
  type: "Normal" | "Warning",
  reason: string,
  message: string,
  container?: Container,
): void {
  events.record(client, pod, { type, reason, message, fieldPath: fieldPathOf(pod, container) });
}

function fieldPathOf(pod: Pod, container: Container | undefined): string | undefined {
  if (container === undefined) return undefined;
  const lists = ["initContainers", "ephemeralContainers"] as const;
  const list = lists.find((each) => pod.spec[each]?.some(({ name }) => name === container.name));
  return `spec.${list ?? "containers"}{${container.name}}`;
}
