import { jsonEqual } from "@catalyst/base/json";
import { type Pod, pods } from "@catalyst/ports/kubernetes";
import type { PodWork } from "../work.ts";

/** Writes a Pod's status where it isn't so already. */
export async function writeStatus(work: PodWork, status: NonNullable<Pod["status"]>): Promise<void> {
  if (jsonEqual(work.pod.status ?? {}, status)) return;
  await work.client.updateStatus(pods, { ...work.pod, status });
}
