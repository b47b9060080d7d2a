import type { ContainerObservation } from "@catalyst/ports/containers";
import { label } from "./labels.ts";

/** A container as podman's list shows it. */
export interface ListedContainer {
  readonly Id: string;
  readonly IsInfra: boolean;
  readonly State: string;
  readonly ExitCode: number;
  /** Seconds. */
  readonly StartedAt: number;
  readonly ExitedAt: number;
  readonly ImageID: string;
  readonly Labels: Readonly<Record<string, string>> | null;
  readonly Pod: string;
}

/** Gives which attempt of its Pod's container it is. */
export function attemptOf(container: ListedContainer): number {
  return Number(container.Labels?.[label.attempt] ?? 0);
}

/** Tells whether it runs, or has run. */
export function hasBegun(container: ListedContainer): boolean {
  return observation(container).state !== "created";
}

/** Reads what the node wants to know of it. */
export function observation(container: ListedContainer): ContainerObservation {
  const running = container.State === "running";
  const exited = container.State === "exited" || container.State === "stopped";
  return {
    name: container.Labels?.[label.container] ?? "",
    id: `podman://${container.Id}`,
    attempt: attemptOf(container),
    state: running ? "running" : exited ? "exited" : "created",
    ...(container.StartedAt > 0 ? { startedAt: container.StartedAt * 1000 } : {}),
    ...(exited ? { finishedAt: container.ExitedAt * 1000, exitCode: container.ExitCode } : {}),
    imageId: `sha256:${container.ImageID}`,
  };
}
