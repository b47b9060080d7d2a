import type { Clock } from "@catalyst/base/clock";
import type { Container, ContainerState } from "@catalyst/ports/kubernetes";
import { Operations } from "./operations.ts";
import type { ContainerProbes } from "./probe/container-probes.ts";
import type { Backoff } from "./restart.ts";
import type { ServiceAccountToken } from "./volume/token.ts";

/** Why a container can't be started now, and when it is tried again. Times in milliseconds since the epoch. */
export interface Obstacle {
  /** The reason of the waiting state, in the kubelet's words. */
  readonly reason: string;
  readonly message: string;
  /** How often in a row. */
  readonly failures: number;
  readonly failedAt: number;
  readonly retryAt: number;
}

/** Why a Pod ends before its containers do: what its status says. */
export interface PodFailure {
  readonly reason: string;
  readonly message: string;
  /** Of its `DisruptionTarget` condition, where it has one. */
  readonly disruption?: string | undefined;
  /** Seconds its containers have; default: its own. */
  readonly grace?: number | undefined;
}

/**
 * What the node knows of a Pod beside what the runtime shows and the API holds. All of it may be forgotten:
 * a node that starts again finds it out anew.
 */
export class PodMemory {
  readonly uid: string;
  readonly operations: Operations;
  /** Containers whose start is under way, hooks included. */
  readonly starting = new Set<string>();
  readonly obstacles = new Map<string, Obstacle>();
  readonly backoffs = new Map<string, Backoff>();
  readonly probes = new Map<string, ContainerProbes>();
  /** How the attempt before the present one ended. */
  readonly lastEnd = new Map<string, ContainerState>();
  readonly images = new Map<string, string>();
  /** The resources that running containers have; of others the status knows. */
  readonly resources = new Map<string, Container["resources"]>();
  /** By volume and path. */
  readonly tokens = new Map<string, ServiceAccountToken>();
  /** Why the sandbox or a volume of it can't be set up. */
  sandboxObstacle: Obstacle | undefined;
  failure: PodFailure | undefined;
  /** Nothing is started any more. */
  isEnding = false;
  /** When the volumes' content is read again; undefined: the runtime hasn't been told of them by this process. */
  refreshAt: number | undefined;
  /** The Pod's labels and annotations as they were when its volumes were last written. */
  shown: unknown;
  /** When the size of its limited volumes is looked at again. */
  measureAt = 0;
  /** What events have said of each container's wait, so that each is said once. */
  readonly told = new Map<string, string>();

  constructor(uid: string, clock: Clock) {
    this.uid = uid;
    this.operations = new Operations(clock);
  }

  /** Ends what goes on beside the reconciles. */
  close(): void {
    for (const probes of this.probes.values()) probes.close();
    this.probes.clear();
  }
}
