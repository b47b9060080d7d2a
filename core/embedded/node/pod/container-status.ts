import { rfc3339 } from "@catalyst/base/clock";
import type { ContainerObservation } from "@catalyst/ports/containers";
import type { Container, ContainerState, ContainerStatus } from "@catalyst/ports/kubernetes";
import { observed, type PodFacts, restartAt, restarts } from "./decide.ts";
import { backoff } from "./memory.ts";

/** One container's status; `policy` is the restart policy that applies to it. */
export function containerStatus(
  facts: PodFacts,
  container: Container,
  policy: string | undefined,
  idle: string,
): ContainerStatus {
  const present = observed(facts.observation, container);
  const before = [
    ...(facts.pod.status?.containerStatuses ?? []),
    ...(facts.pod.status?.initContainerStatuses ?? []),
  ].find((status) => status.name === container.name);
  const restartCount = Math.max(present?.attempt ?? 0, before?.restartCount ?? 0);
  const lastState = facts.memory.lastEnd.get(container.name) ?? before?.lastState;
  const state = stateOf(facts, container, present, policy, idle);
  const ended = state.waiting === undefined || present?.state !== "exited" ? undefined : endOf(present);
  const isRunning = state.running !== undefined;
  return {
    name: container.name,
    image: container.image ?? "",
    imageID: present?.imageId ?? facts.memory.images.get(container.name) ?? before?.imageID ?? "",
    ...(present === undefined ? {} : { containerID: present.id }),
    restartCount,
    ready: present !== undefined && isReady(facts, container, present),
    started: isRunning && hasStarted(facts, container, present),
    state,
    lastState: ended ?? lastState ?? {},
  };
}

export function isReady(facts: PodFacts, container: Container, present: ContainerObservation): boolean {
  if (present.state !== "running") return false;
  if (present.ready !== undefined) return present.ready;
  if (!hasStarted(facts, container, present)) return false;
  if (container.readinessProbe === undefined) return true;
  const probe = facts.memory.probes.get(container.name);
  return probe?.attempt === present.attempt && probe.ready;
}

function hasStarted(
  facts: PodFacts,
  container: Container,
  present: ContainerObservation | undefined,
): boolean {
  if (container.startupProbe === undefined || present?.ready !== undefined) return true;
  const probe = facts.memory.probes.get(container.name);
  return probe !== undefined && probe.attempt === present?.attempt && probe.started;
}

function stateOf(
  facts: PodFacts,
  container: Container,
  present: ContainerObservation | undefined,
  policy: string | undefined,
  idle: string,
): ContainerState {
  if (present?.state === "running")
    return { running: { startedAt: rfc3339(present.startedAt ?? facts.now) } };
  const obstacle = facts.memory.obstacles.get(container.name);
  if (obstacle !== undefined) return { waiting: waitingFor(obstacle, container, facts.now) };
  if (present?.state !== "exited") return { waiting: { reason: idle } };
  if (!restarts(present, policy) || restartAt(present) <= facts.now) return endOf(present);
  const seconds = backoff(present.attempt) / 1000;
  const { name, namespace } = facts.pod.metadata;
  return {
    waiting: {
      reason: "CrashLoopBackOff",
      message: `back-off ${seconds}s restarting failed container=${container.name} pod=${name}_${namespace}`,
    },
  };
}

function waitingFor(
  obstacle: { readonly reason: string; readonly message: string; readonly failures: number },
  container: Container,
  _now: number,
): { readonly reason: string; readonly message: string } {
  if (obstacle.reason !== "ErrImagePull" || obstacle.failures < 2)
    return { reason: obstacle.reason, message: obstacle.message };
  return {
    reason: "ImagePullBackOff",
    message: `Back-off pulling image "${container.image}": ErrImagePull: ${obstacle.message}`,
  };
}

/** How an attempt ended. */
export function endOf(ended: ContainerObservation): ContainerState {
  const exitCode = ended.exitCode ?? 0;
  return {
    terminated: {
      exitCode,
      reason: ended.outOfMemory === true ? "OOMKilled" : exitCode === 0 ? "Completed" : "Error",
      ...(ended.startedAt === undefined ? {} : { startedAt: rfc3339(ended.startedAt) }),
      ...(ended.finishedAt === undefined ? {} : { finishedAt: rfc3339(ended.finishedAt) }),
      containerID: ended.id,
    },
  };
}
