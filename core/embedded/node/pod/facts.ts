import type { ContainerObservation, PodObservation } from "@catalyst/ports/containers";
import type { Container, ContainerStatus, Pod } from "@catalyst/ports/kubernetes";
import type { PodMemory } from "./memory.ts";

/** What is known of a Pod, on which its next step and its status are decided. Times in milliseconds. */
export interface PodFacts {
  readonly pod: Pod;
  readonly observation: PodObservation | undefined;
  readonly memory: PodMemory;
  readonly now: number;
}

/** Tells whether a Pod has ended for good. */
export function isOver(pod: Pod): boolean {
  return pod.status?.phase === "Succeeded" || pod.status?.phase === "Failed";
}

/** A container as the runtime shows it. */
export function observed(
  observation: PodObservation | undefined,
  container: Container,
): ContainerObservation | undefined {
  return observation?.containers.find((candidate) => candidate.name === container.name);
}

/** A container's status as the API has it. */
export function statusBefore(pod: Pod, container: Container): ContainerStatus | undefined {
  const {
    containerStatuses = [],
    initContainerStatuses = [],
    ephemeralContainerStatuses = [],
  } = pod.status ?? {};
  return [...containerStatuses, ...initContainerStatuses, ...ephemeralContainerStatuses].find(
    (status) => status.name === container.name,
  );
}

/** Tells whether the containers proper have begun: init containers are over then. */
export function mainHasBegun({ pod, observation }: PodFacts): boolean {
  return pod.spec.containers.some((container) => observed(observation, container) !== undefined);
}

/** Tells whether a running container's startup probe, if it has one, has succeeded. */
export function hasStarted(facts: PodFacts, container: Container, present: ContainerObservation): boolean {
  if (container.startupProbe === undefined || present.ready !== undefined) return true;
  return facts.memory.probes.get(container.name)?.of(present)?.started === true;
}
