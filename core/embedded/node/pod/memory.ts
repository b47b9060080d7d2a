import type { ContainerState } from "@catalyst/ports/kubernetes";

/** Why a container can't be started now, and when it is tried again. */
export interface Obstacle {
  readonly reason: "ErrImagePull" | "CreateContainerConfigError" | "CreateContainerError";
  readonly message: string;
  readonly failures: number;
  /** Milliseconds since the epoch. */
  readonly retryAt: number;
}

/** What the probes of one attempt of a container have found. */
export interface ProbeMemory {
  attempt: number;
  started: boolean;
  ready: boolean;
  /** Set by a failed liveness or startup probe: the container is to be restarted. */
  unhealthy: string | undefined;
  readonly kinds: Map<string, { due: number; successes: number; failures: number }>;
}

/**
 * What the node knows of a Pod beside what the runtime shows and the API holds. All of it may be forgotten:
 * a node that starts again finds it out anew.
 */
export class PodMemory {
  readonly uid: string;
  readonly obstacles = new Map<string, Obstacle>();
  readonly probes = new Map<string, ProbeMemory>();
  /** How the attempt before the present one ended. */
  readonly lastEnd = new Map<string, ContainerState>();
  readonly images = new Map<string, string>();
  /** Why the volumes can't be set up. */
  mountProblem: string | undefined;
  /** When the volumes' content is read again; undefined: the runtime hasn't been told of them by this process. */
  refreshAt: number | undefined;

  constructor(uid: string) {
    this.uid = uid;
  }
}

/** Waits between attempts, as the kubelet's: 10 s, doubling, up to 5 min. */
export function backoff(failures: number): number {
  return Math.min(10_000 * 2 ** Math.max(0, failures - 1), 300_000);
}
