import type { Node, Pod, PodDisruptionBudget } from "@catalyst/ports/kubernetes";
import type { NodeUse } from "./placements.ts";
import type { Neighbourhood } from "./pod-affinity.ts";

/** What a Pod's place is decided on. */
export interface SchedulingFacts {
  readonly pod: Pod;
  readonly nodes: readonly Node[];
  use(node: string): NodeUse;
  readonly around: Neighbourhood;
  /** Other Pods that were promised a place on a node, and whose priority is no lower: the place is theirs. */
  promised(node: string): readonly Pod[];
  /** Why the Pod can't be anywhere yet: a claim that isn't bound. */
  readonly obstacle: string | undefined;
  /** Claims of the Pod that one Pod alone may use, by name. */
  readonly exclusiveClaims: ReadonlySet<string>;
  /** The budgets of the cluster, as they stand. */
  budgets(): readonly PodDisruptionBudget[];
}

/** Why a node doesn't take a Pod; `curable` when the end of other Pods there could change it. */
export interface Refusal {
  readonly reasons: readonly string[];
  readonly curable: boolean;
}

/** Refuses for as long as the node and the Pod are what they are. */
export function final(reason: string): Refusal {
  return { reasons: [reason], curable: false };
}

/** Refuses because of what is there. */
export function curable(reason: string): Refusal {
  return { reasons: [reason], curable: true };
}

/** A Pod's priority; without one it is 0. */
export function priorityOf({ spec }: Pod): number {
  return spec.priority ?? 0;
}
