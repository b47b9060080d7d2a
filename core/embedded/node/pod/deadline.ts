import type { Pod } from "@catalyst/ports/kubernetes";
import type { PodFailure } from "./memory.ts";

/** When a Pod has been active for as long as it may (milliseconds since the epoch). */
export function deadlineOf(pod: Pod): number | undefined {
  const { activeDeadlineSeconds } = pod.spec;
  const { startTime } = pod.status ?? {};
  if (activeDeadlineSeconds === undefined || startTime === undefined) return undefined;
  return Date.parse(startTime) + activeDeadlineSeconds * 1000;
}

/** The failure of a Pod that is beyond its deadline, in the kubelet's words. */
export function overdue(pod: Pod, now: number): PodFailure | undefined {
  const deadline = deadlineOf(pod);
  if (deadline === undefined || deadline > now) return undefined;
  return {
    reason: "DeadlineExceeded",
    message: "Pod was active on the node longer than the specified deadline",
  };
}
