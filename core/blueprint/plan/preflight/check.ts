import type { PreflightCheck } from "@catalyst/model/plan";
import type { KubeObject } from "@catalyst/ports/kubernetes";
import type { LiveState } from "./live.ts";

/** What a plan puts into the cluster for one Application. */
export interface PlannedRelease {
  readonly application: string;
  /** Its namespace and everything the chart renders. */
  readonly objects: readonly KubeObject[];
  /** The same as it is now; empty for a new Application. */
  readonly previous: readonly KubeObject[];
}

export interface PreflightFacts {
  readonly environment: string;
  /** The Applications that are added or changed. */
  readonly releases: readonly PlannedRelease[];
  /** The Applications that go. */
  readonly removed: ReadonlySet<string>;
  readonly live: LiveState;
}

/** One finding. A check that failed refuses the plan by its code. */
export interface Finding {
  readonly application: string;
  readonly check: PreflightCheck;
  readonly code: string;
  readonly hint?: string;
}

/** Looks at one thing that would go wrong in the cluster; says nothing where there is nothing to look at. */
export type Check = (facts: PreflightFacts) => Promise<readonly Finding[]>;
