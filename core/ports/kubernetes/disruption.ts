import type { Condition, KubeObject } from "./object.ts";
import type { LabelSelector } from "./selector.ts";
import type { IntOrPercent } from "./workloads.ts";

export interface PodDisruptionBudget extends KubeObject {
  readonly spec?: {
    readonly minAvailable?: IntOrPercent;
    readonly maxUnavailable?: IntOrPercent;
    readonly selector?: LabelSelector;
    readonly unhealthyPodEvictionPolicy?: "IfHealthyBudget" | "AlwaysAllow";
  };
  readonly status?: DisruptionStatus;
}

export interface DisruptionStatus {
  readonly observedGeneration?: number;
  readonly disruptionsAllowed?: number;
  readonly currentHealthy?: number;
  readonly desiredHealthy?: number;
  readonly expectedPods?: number;
  /** Pods whose eviction was granted and whose deletion isn't seen yet, with the time of the grant. */
  readonly disruptedPods?: Readonly<Record<string, string>>;
  readonly conditions?: readonly Condition[];
}
