import type { Clock } from "@catalyst/base/clock";
import type { Logger } from "@catalyst/base/logger";
import type { JwtIssuer } from "@catalyst/embedded-kubernetes";
import type { MachineAccess } from "@catalyst/embedded-node";
import type { DataFolder } from "./data-folder.ts";
import type { LateBound } from "./late-bound.ts";
import type { RuntimeChoice } from "./node.ts";

export interface SovereignOptions {
  readonly data: string;
  readonly port: number;
  readonly kubernetesPort: number;
  readonly listen: string;
  readonly runtime: RuntimeChoice;
  /** What of the machine Pods may reach beside what is theirs. */
  readonly machineAccess: MachineAccess;
  /** Identity providers beside the Sovereign's own, whose tokens the Kubernetes API takes. */
  readonly issuers: readonly JwtIssuer[];
  /** Without Organization `demo` at the first start. */
  readonly empty: boolean;
  /** The folder whose Blueprints are published. */
  readonly checkout: string;
  readonly version: string;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** What every step of a start is given. */
export interface Start {
  readonly options: SovereignOptions;
  readonly folder: DataFolder;
  readonly late: LateBound;
  /** Owns what a step opens, and closes it in the opposite order, when the Sovereign stops or its start breaks off. */
  readonly opened: AsyncDisposableStack;
}

/** What every address of an embedded Sovereign is below: names that lead to this machine by themselves. */
export const servedDomain = "localhost";
