import type { ContainerObservation, PodObservation } from "@catalyst/ports/containers";
import type { Container, Pod } from "@catalyst/ports/kubernetes";
import { backoff, type PodMemory } from "./memory.ts";

/** What the next step for a Pod is decided on. Times in milliseconds. */
export interface PodFacts {
  readonly pod: Pod;
  readonly observation: PodObservation | undefined;
  readonly memory: PodMemory;
  readonly now: number;
}

/** The next steps; all may be taken at once. */
export type PodAction =
  | { readonly type: "create-sandbox" }
  | { readonly type: "start"; readonly container: Container; readonly attempt: number }
  | { readonly type: "stop"; readonly container: Container; readonly why: string };

export interface PodDecision {
  readonly actions: readonly PodAction[];
  /** When to look again although nothing changed. */
  readonly lookAgainAt: number | undefined;
}

/** A container that ran this long begins its waits anew. */
const forgivenAfter = 600_000;

/** Gives what to do for a Pod that is to run. */
export function decidePod(facts: PodFacts): PodDecision {
  if (isOver(facts.pod)) return { actions: [], lookAgainAt: undefined };
  if (facts.observation === undefined)
    return { actions: [{ type: "create-sandbox" }], lookAgainAt: undefined };
  const steps: Step[] = [];
  if (!mainHasBegun(facts)) {
    for (const container of facts.pod.spec.initContainers ?? []) {
      const step = initStep(facts, container);
      steps.push(step);
      if (step.blocks) return joined(steps);
    }
  }
  for (const container of facts.pod.spec.containers)
    steps.push(stepOf(facts, container, facts.pod.spec.restartPolicy));
  return joined(steps);
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

function isOver(pod: Pod): boolean {
  return pod.status?.phase === "Succeeded" || pod.status?.phase === "Failed";
}

export function observed(
  observation: PodObservation | undefined,
  container: Container,
): ContainerObservation | undefined {
  return observation?.containers.find((candidate) => candidate.name === container.name);
}

function mainHasBegun({ pod, observation }: PodFacts): boolean {
  return pod.spec.containers.some((container) => observed(observation, container) !== undefined);
}

/** An init container that goes on running beside the others. */
export function isSidecar(container: Container): boolean {
  return container.restartPolicy === "Always";
}

function initStep(facts: PodFacts, container: Container): Step {
  const present = observed(facts.observation, container);
  if (isSidecar(container)) {
    const step = stepOf(facts, container, "Always");
    const begun = present?.state === "running" && isStarted(facts, container, present);
    return { ...step, blocks: !begun };
  }
  if (present?.state === "exited" && present.exitCode === 0) return {};
  const policy = facts.pod.spec.restartPolicy === "Never" ? "Never" : "OnFailure";
  return { ...stepOf(facts, container, policy), blocks: true };
}

function isStarted(facts: PodFacts, container: Container, present: ContainerObservation): boolean {
  if (container.startupProbe === undefined) return true;
  const probe = facts.memory.probes.get(container.name);
  return probe?.attempt === present.attempt && probe.started;
}

function stepOf(facts: PodFacts, container: Container, policy: string | undefined): Step {
  const present = observed(facts.observation, container);
  const obstacle = facts.memory.obstacles.get(container.name);
  if (obstacle !== undefined && obstacle.retryAt > facts.now && present?.state !== "running")
    return { lookAgainAt: obstacle.retryAt };
  if (present === undefined || present.state === "created")
    return { action: { type: "start", container, attempt: present?.attempt ?? 0 } };
  if (present.state === "running") {
    const probe = facts.memory.probes.get(container.name);
    const unhealthy = probe?.attempt === present.attempt ? probe.unhealthy : undefined;
    return unhealthy === undefined ? {} : { action: { type: "stop", container, why: unhealthy } };
  }
  if (!restarts(present, policy)) return {};
  const at = restartAt(present);
  return at > facts.now
    ? { lookAgainAt: at }
    : { action: { type: "start", container, attempt: present.attempt + 1 } };
}

/** Tells whether a container that ended is to run again. */
export function restarts(ended: ContainerObservation, policy: string | undefined): boolean {
  if (policy === "Never") return false;
  return policy === "OnFailure" ? ended.exitCode !== 0 : true;
}

/** When a container that ended may run again: the first restart at once, later ones with a growing wait. */
export function restartAt(ended: ContainerObservation): number {
  const finished = ended.finishedAt ?? 0;
  const ranLong = finished - (ended.startedAt ?? finished) >= forgivenAfter;
  return ended.attempt === 0 || ranLong ? finished : finished + backoff(ended.attempt);
}
