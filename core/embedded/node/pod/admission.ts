import { rfc3339 } from "@catalyst/base/clock";
import {
  hostPorts,
  hostPortsClash,
  type Pod,
  type PodStatus,
  podQosClass,
  portsTaken,
} from "@catalyst/ports/kubernetes";
import { isOver } from "./facts.ts";

/** Why a node doesn't take a Pod that was bound to it, in the kubelet's words. */
export interface Rejection {
  readonly reason: string;
  readonly message: string;
}

/**
 * Judges a Pod that comes to its node, among the others of its cluster: whoever bound it need not have looked. Gives
 * undefined for one that may begin, or has begun. Source: the kubelet's predicate `NodePorts`.
 */
export function rejectionOf(pod: Pod, others: () => readonly Pod[]): Rejection | undefined {
  const isNew = pod.status?.startTime === undefined && pod.metadata.deletionTimestamp === undefined;
  const asked = isNew && !isOver(pod) ? hostPorts(pod) : [];
  if (asked.length === 0) return undefined;
  const before = others().filter((other) => isBefore(other, pod));
  if (!hostPortsClash(asked, before.flatMap(hostPorts))) return undefined;
  return { reason: "NodePorts", message: `Predicate NodePorts failed: ${portsTaken}` };
}

/** Of two that came at once the older one is taken, whichever is looked at first. */
function isBefore(other: Pod, pod: Pod): boolean {
  const { nodeName } = pod.spec;
  if (other.metadata.uid === pod.metadata.uid || other.spec.nodeName !== nodeName || isOver(other))
    return false;
  return other.status?.startTime !== undefined || order(other) < order(pod);
}

function order({ metadata }: Pod): string {
  return `${metadata.creationTimestamp ?? ""}/${metadata.uid ?? ""}`;
}

/** The status of a Pod that was rejected: it has failed, and nothing of it ran. */
export function rejectedStatus(pod: Pod, { reason, message }: Rejection, now: number): PodStatus {
  return {
    ...pod.status,
    phase: "Failed",
    reason,
    message: `Pod was rejected: ${message}`,
    qosClass: pod.status?.qosClass ?? podQosClass(pod),
    startTime: rfc3339(now),
  };
}
