import type { ContainerObservation, PodObservation } from "@catalyst/ports/containers";
import type { Container, Pod } from "@catalyst/ports/kubernetes";
import { deadlineOf, overdue } from "./deadline.ts";
import { hasStarted, isOver, mainHasBegun, observed, type PodFacts, statusBefore } from "./facts.ts";
import type { PodFailure } from "./memory.ts";
import { resizeOf } from "./resize.ts";
import { isSidecar, restartAt, restartsAfter } from "./restart.ts";

/** Why a container is ended that its Pod goes on with. */
export type StopCause = "liveness" | "startup" | "resize";

/** The next steps; all may be taken at once. */
export type PodAction =
  | { readonly type: "create-sandbox" }
  | { readonly type: "start"; readonly container: Container; readonly attempt: number }
  | { readonly type: "stop"; readonly container: Container; readonly cause: StopCause }
  | { readonly type: "resize"; readonly container: Container }
  /** Ends what runs, in order, and the sandbox; `failure` says why when the Pod fails by it. */
  | { readonly type: "finish"; readonly failure: PodFailure | undefined }
  /** Lets a Pod go that is being deleted and of which nothing runs any more. */
  | { readonly type: "remove" };

export interface PodDecision {
  readonly actions: readonly PodAction[];
  /** When to look again although nothing changed. */
  readonly lookAgainAt: number | undefined;
}

/** Gives what to do for a Pod of this node. */
export function decidePod(facts: PodFacts): PodDecision {
  const { pod, observation, memory, now } = facts;
  const runs = isAlive(observation);
  const finish = (failure?: PodFailure) => only(runs ? [{ type: "finish", failure }] : []);
  if (pod.metadata.deletionTimestamp !== undefined) return runs ? finish() : only([{ type: "remove" }]);
  if (isOver(pod)) return finish();
  const failure = memory.failure ?? overdue(pod, now);
  if (failure !== undefined) return only([{ type: "finish", failure }]);
  if (isDone(facts)) return finish();
  const steps = observation?.isRunning === true ? stepsOf(facts, observation) : [sandboxStep(facts)];
  return joined([...steps, { lookAgainAt: deadlineOf(pod) }]);
}

function only(actions: readonly PodAction[]): PodDecision {
  return { actions, lookAgainAt: undefined };
}

interface Step {
  readonly action?: PodAction | undefined;
  readonly lookAgainAt?: number | undefined;
  /** What comes after this init container has to wait. */
  readonly blocks?: boolean | undefined;
}

function joined(steps: readonly Step[]): PodDecision {
  const times = steps.flatMap((step) => (step.lookAgainAt === undefined ? [] : [step.lookAgainAt]));
  return {
    actions: steps.flatMap((step) => (step.action === undefined ? [] : [step.action])),
    lookAgainAt: times.length === 0 ? undefined : Math.min(...times),
  };
}

function isAlive(observation: PodObservation | undefined): boolean {
  return observation?.isRunning === true || observation?.containers.some(isRunning) === true;
}

function isRunning(container: ContainerObservation): boolean {
  return container.state === "running";
}

/** With what a container ended, as the runtime shows or, when that knows nothing of it, the API. */
function exitCodeOf({ pod, observation }: PodFacts, container: Container): number | undefined {
  const present = observed(observation, container);
  if (present !== undefined) return present.state === "exited" ? (present.exitCode ?? 0) : undefined;
  return statusBefore(pod, container)?.state?.terminated?.exitCode;
}

/** Tells whether nothing of a Pod is to run again: its containers ended for good, or an init container failed so. */
function isDone(facts: PodFacts): boolean {
  const { pod, memory } = facts;
  const endedForGood = (container: Container) => {
    const exitCode = memory.starting.has(container.name) ? undefined : exitCodeOf(facts, container);
    return exitCode !== undefined && !restartsAfter(pod, container, exitCode);
  };
  const inits = (pod.spec.initContainers ?? []).filter((init) => !isSidecar(init));
  const failedInit = (init: Container) => exitCodeOf(facts, init) !== 0 && endedForGood(init);
  if (!mainHasBegun(facts) && inits.some(failedInit)) return true;
  return pod.spec.containers.every(endedForGood);
}

function sandboxStep({ memory, now }: PodFacts): Step {
  const obstacle = memory.sandboxObstacle;
  return obstacle !== undefined && obstacle.retryAt > now
    ? { lookAgainAt: obstacle.retryAt }
    : { action: { type: "create-sandbox" } };
}

/** Ephemeral containers start whatever the others do, once each. */
function stepsOf(facts: PodFacts, observation: PodObservation): readonly Step[] {
  const steps: Step[] = (facts.pod.spec.ephemeralContainers ?? []).map((each) => ephemeralStep(facts, each));
  const begun = mainHasBegun({ ...facts, observation });
  for (const container of facts.pod.spec.initContainers ?? []) {
    const step = initStep(facts, container, begun);
    steps.push(step);
    if (step.blocks === true) return steps;
  }
  return [...steps, ...facts.pod.spec.containers.map((container) => stepOf(facts, container))];
}

function ephemeralStep(facts: PodFacts, container: Container): Step {
  const isOver = statusBefore(facts.pod, container)?.state?.terminated !== undefined;
  return isOver ? {} : stepOf(facts, container);
}

/** Once the containers proper have begun, init containers are over, but for sidecars: these start again. */
function initStep(facts: PodFacts, container: Container, begun: boolean): Step {
  const present = observed(facts.observation, container);
  if (isSidecar(container)) {
    const step = stepOf(facts, container);
    const isStarted = present?.state === "running" && hasStarted(facts, container, present);
    return { ...step, blocks: !begun && (!isStarted || facts.memory.starting.has(container.name)) };
  }
  if (begun || (present?.state === "exited" && present.exitCode === 0)) return {};
  return { ...stepOf(facts, container), blocks: true };
}

function stepOf(facts: PodFacts, container: Container): Step {
  const { memory, now, pod } = facts;
  if (memory.starting.has(container.name)) return {};
  const present = observed(facts.observation, container);
  if (present?.state === "running") return runningStep(facts, container, present);
  const obstacle = memory.obstacles.get(container.name);
  if (obstacle !== undefined && obstacle.retryAt > now) return { lookAgainAt: nextTelling(obstacle, now) };
  if (present === undefined || present.state === "created")
    return { action: { type: "start", container, attempt: firstAttempt(pod, container, present) } };
  if (!restartsAfter(pod, container, present.exitCode ?? 0)) return {};
  const at = restartAt(memory, present);
  return at > now
    ? { lookAgainAt: at }
    : { action: { type: "start", container, attempt: present.attempt + 1 } };
}

function runningStep(facts: PodFacts, container: Container, present: ContainerObservation): Step {
  const cause = facts.memory.probes.get(container.name)?.of(present)?.unhealthy;
  if (cause !== undefined) return { action: { type: "stop", container, cause } };
  switch (resizeOf(facts, container)) {
    case "none":
      return {};
    case "in-place":
      return { action: { type: "resize", container } };
    case "restart":
      return { action: { type: "stop", container, cause: "resize" } };
  }
}

/** What ran before the runtime lost it counts: attempts go on where the API says they were. */
function firstAttempt(pod: Pod, container: Container, present: ContainerObservation | undefined): number {
  if (present !== undefined) return present.attempt;
  const before = statusBefore(pod, container);
  if (before === undefined) return 0;
  return before.containerID === undefined ? before.restartCount : before.restartCount + 1;
}

/** How long a failure is told as what it is before the wait for the next try is what is told, in milliseconds. */
export const tellFailureFor = 2000;

function nextTelling({ failedAt, retryAt }: { failedAt: number; retryAt: number }, now: number): number {
  const told = failedAt + tellFailureFor;
  return told > now ? Math.min(told, retryAt) : retryAt;
}
