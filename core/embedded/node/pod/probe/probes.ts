import type { PodObservation } from "@catalyst/ports/containers";
import { observed, statusBefore } from "../decide.ts";
import type { PodWork } from "../work.ts";
import { ContainerProbes } from "./container-probes.ts";

/**
 * Has the running containers of a Pod probed, and no others. A runtime that says itself whether its containers are
 * ready isn't probed, nor is a container whose start isn't over with its hook.
 */
export function keepProbes(work: PodWork, observation: PodObservation): void {
  const { memory, pod } = work;
  for (const container of [...(pod.spec.initContainers ?? []), ...pod.spec.containers]) {
    const { startupProbe, livenessProbe, readinessProbe } = container;
    if ((startupProbe ?? livenessProbe ?? readinessProbe) === undefined) continue;
    const present = observed(observation, container);
    const known = memory.probes.get(container.name);
    const isProbed = present !== undefined && known?.of(present) !== undefined;
    const isWanted =
      present?.state === "running" && present.ready === undefined && !memory.starting.has(container.name);
    if (!isWanted || !isProbed) known?.close();
    if (!isWanted || isProbed) continue;
    const before = statusBefore(pod, container);
    const same = before?.containerID === present.id ? before : undefined;
    memory.probes.set(
      container.name,
      new ContainerProbes(work, container, present, observation.address, same),
    );
  }
  if (pod.metadata.deletionTimestamp === undefined) return;
  for (const probes of memory.probes.values()) probes.quieten();
}
