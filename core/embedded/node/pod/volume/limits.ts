import type { Volume } from "@catalyst/ports/kubernetes";
import type { PodFailure } from "../memory.ts";
import { amountOf } from "../quantity.ts";
import type { PodWork } from "../work.ts";

/** How often limited volumes are measured, in milliseconds: as often as the kubelet does. */
const interval = 10_000;
/** Seconds the containers of an evicted Pod have. */
const evictionGrace = 1;

/** Measures a Pod's limited volumes when that is due; gives the failure of one that holds more than it may. */
export async function overfull(work: PodWork): Promise<PodFailure | undefined> {
  const { pod, memory, context, runtime, identity } = work;
  if (runtime.capabilities.simulated || memory.measureAt > context.clock.now()) return undefined;
  const limited = (pod.spec.volumes ?? []).filter(({ emptyDir }) => emptyDir?.sizeLimit !== undefined);
  memory.measureAt = limited.length === 0 ? Number.POSITIVE_INFINITY : context.clock.now() + interval;
  for (const volume of limited) {
    const limit = limitOf(volume);
    if (limit === 0 || (await runtime.volumeUsage(identity, volume.name)) <= limit) continue;
    const message = `Usage of EmptyDir volume "${volume.name}" exceeds the limit "${volume.emptyDir?.sizeLimit}". `;
    return { reason: "Evicted", message, disruption: "TerminationByKubelet", grace: evictionGrace };
  }
  return undefined;
}

function limitOf({ emptyDir }: Volume): number {
  return amountOf(emptyDir?.sizeLimit ?? 0);
}
