import { sha256Hex } from "@catalyst/base/digest";
import type { PodIdentity } from "@catalyst/ports/containers";
import type { Container, Pod } from "@catalyst/ports/kubernetes";

export interface SimulatedContainer {
  readonly container: Container;
  readonly attempt: number;
  readonly startedAt: number;
  /** How it ended when it was asked to. */
  stopped?: { readonly at: number; readonly exitCode: number } | undefined;
}

export interface SimulatedPod {
  readonly identity: PodIdentity;
  pod: Pod;
  isRunning: boolean;
  readonly containers: Map<string, SimulatedContainer>;
  /** When its next change is told; undefined: none is on its way. */
  tellAt?: number | undefined;
}

/** A Pod whose containers were started before this process: taken over as its status says. */
export function remembered(pod: Pod, identity: PodIdentity, now: number): SimulatedPod | undefined {
  const statuses = [
    ...(pod.status?.initContainerStatuses ?? []),
    ...(pod.status?.containerStatuses ?? []),
    ...(pod.status?.ephemeralContainerStatuses ?? []),
  ].filter((status) => status.containerID !== undefined);
  if (statuses.length === 0) return undefined;
  const { initContainers = [], containers: mains, ephemeralContainers = [] } = pod.spec;
  const all = [...initContainers, ...mains, ...ephemeralContainers];
  const containers = new Map<string, SimulatedContainer>();
  for (const { name, state, restartCount: attempt } of statuses) {
    const container = all.find((candidate) => candidate.name === name);
    if (container === undefined) continue;
    const { terminated } = state ?? {};
    const started = state?.running?.startedAt ?? terminated?.startedAt;
    const stopped =
      terminated === undefined
        ? undefined
        : { at: timeOf(terminated.finishedAt, now), exitCode: terminated.exitCode ?? 0 };
    containers.set(name, { container, attempt, startedAt: timeOf(started, now), stopped });
  }
  const isOver = pod.status?.phase === "Succeeded" || pod.status?.phase === "Failed";
  return { identity, pod, isRunning: !isOver, containers };
}

function timeOf(text: string | undefined, now: number): number {
  return text === undefined ? now : Date.parse(text);
}

/** An address that nobody answers at, from the range shared between carriers (RFC 6598). */
export function addressOf(uid: string): string {
  const bytes = Buffer.from(sha256Hex(uid).slice(0, 6), "hex");
  return `100.${64 + ((bytes[0] ?? 0) % 64)}.${bytes[1] ?? 0}.${bytes[2] ?? 0}`;
}
