import { systemClock } from "@catalyst/base/clock";
import type { ContainerObservation, PodObservation } from "@catalyst/ports/containers";
import type { Container, Pod, PodStatus } from "@catalyst/ports/kubernetes";
import type { PodFacts } from "../pod/decide.ts";
import { PodMemory } from "../pod/memory.ts";

/** The moment at which the tables of the tests look at their Pods. */
export const now = Date.parse("2026-01-01T00:00:00Z");
export const main: Container = { name: "main", image: "i:1" };
export const init: Container = { name: "init", image: "i:1" };
export const sidecar: Container = { name: "side", image: "i:1", restartPolicy: "Always" };

export function podOf(spec: Partial<Pod["spec"]> = {}, more: Partial<Pod> = {}): Pod {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "p", namespace: "n", uid: "u" },
    spec: { containers: [main], restartPolicy: "Always", ...spec },
    ...more,
  };
}

export function running(name: string, attempt = 0): ContainerObservation {
  return { name, id: `${name}-${attempt}`, attempt, state: "running", startedAt: now - 1000 };
}

/** `ranFor`: seconds between its start and its end. */
export function exited(
  name: string,
  exitCode: number,
  attempt = 0,
  secondsAgo = 0,
  ranFor = 0.5,
): ContainerObservation {
  const finishedAt = now - secondsAgo * 1000;
  const startedAt = finishedAt - ranFor * 1000;
  return { name, id: `${name}-${attempt}`, attempt, state: "exited", startedAt, finishedAt, exitCode };
}

export function seen(...containers: readonly ContainerObservation[]): PodObservation {
  const identity = { cluster: "acme-dev", namespace: "n", name: "p", uid: "u" };
  return { identity, address: "10.0.0.1", isRunning: true, containers };
}

/** A sandbox that has ended. */
export function ended(...containers: readonly ContainerObservation[]): PodObservation {
  return { ...seen(...containers), isRunning: false, address: "" };
}

export function factsOf(pod: Pod, observation: PodObservation | undefined, memory = memoryOf()): PodFacts {
  return { pod, observation, memory, now };
}

export function memoryOf(): PodMemory {
  return new PodMemory("u", systemClock);
}

/** A Pod with what the API holds of its containers. */
export function knownPod(spec: Partial<Pod["spec"]>, status: PodStatus): Pod {
  return podOf(spec, { status });
}
