import { rfc3339 } from "@catalyst/base/clock";
import { formatDuration } from "@catalyst/base/duration";
import type { ContainerObservation } from "@catalyst/ports/containers";
import type {
  Container,
  ContainerState,
  ContainerStatus,
  VolumeMountStatus,
} from "@catalyst/ports/kubernetes";
import { tellFailureFor } from "../decide.ts";
import { hasStarted, mainHasBegun, observed, type PodFacts, statusBefore } from "../facts.ts";
import { fullName } from "../names.ts";
import { resourcesInUse } from "../resize.ts";
import { backoffOf, isSidecar, restartAt, restartsAfter } from "../restart.ts";

/** One container's status, by the kubelet's rules (`convertToAPIContainerStatuses`). */
export function containerStatus(facts: PodFacts, container: Container, isInit: boolean): ContainerStatus {
  const { memory, observation, pod } = facts;
  const before = statusBefore(pod, container);
  // As long as a start isn't over with its hook, what was before is what is told.
  const isStarting = memory.starting.has(container.name);
  const present = isStarting ? undefined : observed(observation, container);
  if (present === undefined && isStarting && before !== undefined) return before;
  const base =
    present === undefined ? absent(facts, container, before, isInit) : seen(facts, container, present);
  return waiting(facts, container, base, isInit);
}

/** An ephemeral container's status: nobody waits for it to be ready. */
export function ephemeralStatus(facts: PodFacts, container: Container): ContainerStatus {
  const { started: _, resources: __, ...status } = containerStatus(facts, container, false);
  return { ...status, ready: false };
}

function seen(facts: PodFacts, container: Container, present: ContainerObservation): ContainerStatus {
  const before = statusBefore(facts.pod, container);
  const ended = before?.containerID !== present.id && before?.state?.terminated !== undefined;
  const lastState =
    facts.memory.lastEnd.get(container.name) ?? (ended ? before.state : before?.lastState) ?? {};
  const isRunning = present.state === "running";
  return {
    ...named(container),
    imageID: present.imageId ?? facts.memory.images.get(container.name) ?? before?.imageID ?? "",
    containerID: present.id,
    restartCount: Math.max(present.attempt, before?.restartCount ?? 0),
    ready: isReady(facts, container, present),
    started: isRunning && hasStarted(facts, container, present),
    state: stateOf(facts, present),
    lastState,
    ...resourcesOf(facts, container, isRunning),
  };
}

function stateOf({ now }: PodFacts, present: ContainerObservation): ContainerState {
  if (present.state === "running") return { running: { startedAt: rfc3339(present.startedAt ?? now) } };
  return present.state === "exited" ? endOf(present) : { waiting: {} };
}

/** Requests as they were admitted, and what the container has been given. */
function resourcesOf(facts: PodFacts, container: Container, isRunning: boolean): Partial<ContainerStatus> {
  const requests = container.resources?.requests;
  return {
    ...(requests === undefined ? {} : { allocatedResources: requests }),
    resources: (isRunning ? resourcesInUse(facts, container) : container.resources) ?? {},
  };
}

/** A container the runtime doesn't know: it hasn't been made yet, or the runtime has lost it. */
function absent(
  facts: PodFacts,
  container: Container,
  before: ContainerStatus | undefined,
  isInit: boolean,
): ContainerStatus {
  if (before?.state?.terminated !== undefined) return before;
  const wasRunning = before?.state?.running !== undefined;
  const lastEnd = before?.lastState?.terminated === undefined ? undefined : before.lastState;
  const isDeleted = facts.pod.metadata.deletionTimestamp !== undefined;
  const hasInits = (facts.pod.spec.initContainers ?? []).length > 0;
  const isPast = isInit && !isSidecar(container) && mainHasBegun(facts);
  return {
    ...named(container),
    imageID: facts.memory.images.get(container.name) ?? "",
    restartCount: (before?.restartCount ?? 0) + (wasRunning && !isDeleted ? 1 : 0),
    ready: isPast,
    started: false,
    state: isPast
      ? { terminated: { exitCode: 0, reason: "Completed", message: pastMessage } }
      : { waiting: { reason: hasInits ? "PodInitializing" : "ContainerCreating" } },
    lastState: lastEnd ?? (wasRunning ? { terminated: lostEnd } : {}),
  };
}

const pastMessage =
  "Unable to get init container status from container runtime and pod has been initialized, treat it as exited normally";

const lostEnd = {
  exitCode: 137,
  reason: "ContainerStatusUnknown",
  message: "The container could not be located when the pod was deleted.  The container used to be Running",
};

/** Turns the status of a container that is to start again, and can't yet, into one that says what it waits for. */
function waiting(
  facts: PodFacts,
  container: Container,
  status: ContainerStatus,
  isInit: boolean,
): ContainerStatus {
  if (status.state?.running !== undefined || facts.pod.metadata.deletionTimestamp !== undefined)
    return status;
  const end = status.state?.terminated;
  const exitCode = end?.exitCode ?? 0;
  if (end !== undefined && isInit && exitCode === 0 && !isSidecar(container)) return status;
  if (end !== undefined && !restartsAfter(facts.pod, container, exitCode)) return status;
  const reason = waitingFor(facts, container);
  if (reason === undefined) return status;
  const lastState = end === undefined ? status.lastState : status.state;
  return { ...status, state: { waiting: reason }, lastState: lastState ?? {} };
}

function waitingFor(facts: PodFacts, container: Container): ContainerState["waiting"] | undefined {
  const { memory, now, pod } = facts;
  const obstacle = memory.obstacles.get(container.name);
  if (
    obstacle !== undefined &&
    obstacle.reason === "ErrImagePull" &&
    now >= obstacle.failedAt + tellFailureFor
  )
    return {
      reason: "ImagePullBackOff",
      message: `Back-off pulling image "${container.image}": ErrImagePull: ${obstacle.message}`,
    };
  if (obstacle !== undefined) return { reason: obstacle.reason, message: obstacle.message };
  const present = observed(facts.observation, container);
  if (present?.state !== "exited" || restartAt(memory, present) <= now) return undefined;
  const delay = formatDuration(backoffOf(memory, present)?.delay ?? 0);
  const message = `back-off ${delay} restarting failed container=${container.name} pod=${fullName(pod)}`;
  return { reason: "CrashLoopBackOff", message };
}

function isReady(facts: PodFacts, container: Container, present: ContainerObservation): boolean {
  const isInit = facts.pod.spec.initContainers?.includes(container) === true;
  if (isInit && !isSidecar(container)) return present.state === "exited" && present.exitCode === 0;
  if (present.state !== "running") return false;
  if (present.ready !== undefined) return present.ready;
  if (!hasStarted(facts, container, present)) return false;
  if (container.readinessProbe === undefined) return true;
  return facts.memory.probes.get(container.name)?.of(present)?.ready === true;
}

function named(container: Container): Pick<ContainerStatus, "name" | "image" | "volumeMounts"> {
  const mounts = container.volumeMounts ?? [];
  return {
    name: container.name,
    image: container.image ?? "",
    ...(mounts.length === 0 ? {} : { volumeMounts: mounts.map(mountStatus) }),
  };
}

function mountStatus({ name, mountPath, readOnly }: VolumeMountStatus): VolumeMountStatus {
  return { name, mountPath, ...(readOnly === true ? { readOnly, recursiveReadOnly: "Disabled" } : {}) };
}

/** How an attempt ended. */
export function endOf(ended: ContainerObservation): ContainerState {
  const exitCode = ended.exitCode ?? 0;
  return {
    terminated: {
      exitCode,
      reason: ended.outOfMemory === true ? "OOMKilled" : exitCode === 0 ? "Completed" : "Error",
      ...(ended.message === undefined || ended.message === "" ? {} : { message: ended.message }),
      ...(ended.startedAt === undefined ? {} : { startedAt: rfc3339(ended.startedAt) }),
      ...(ended.finishedAt === undefined ? {} : { finishedAt: rfc3339(ended.finishedAt) }),
      containerID: ended.id,
    },
  };
}
