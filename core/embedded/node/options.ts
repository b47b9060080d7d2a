import type { Clock } from "@catalyst/base/clock";
import type { Logger } from "@catalyst/base/logger";
import type { PodRuntime } from "@catalyst/ports/containers";
import type { ClusterName } from "@catalyst/ports/kubernetes";
import type { ObjectCache } from "@catalyst/reconciler";
import type { MachineAccess } from "./pod/machine-access.ts";

/** Where programs inside Pods reach their cluster's API. */
export interface ApiAddress {
  readonly host: string;
  readonly port: number;
}

export interface NodeOptions {
  readonly runtime: PodRuntime;
  readonly clock: Clock;
  readonly logger: Logger;
  /** The Node object's name in every cluster. Default `local`. */
  readonly name?: string | undefined;
  /** Told of the controllers' cache once it is complete, before anything is taken over. */
  readonly ready?: ((cache: ObjectCache) => void) | undefined;
  /** The folder below which the volumes of claims are, by cluster; undefined: none can be mounted. */
  readonly volumesFolder?: string | undefined;
  /** What of the machine Pods may reach beside what is theirs. Default: nothing. */
  readonly machineAccess?: MachineAccess | undefined;
  /** The address put into Pods' environment; undefined: the API isn't reachable from Pods. */
  readonly apiAddress?: ((cluster: ClusterName) => Promise<ApiAddress | undefined>) | undefined;
}

export const defaultNodeName = "local";
