import type { Pod } from "@catalyst/ports/kubernetes";
import { isActive } from "../common/pod-state.ts";
import { byWorth, podsByNode } from "../common/pod-worth.ts";
import type { Replicated } from "./status.ts";

/** What to do about the number of an owner's Pods. */
export type ReplicasAction =
  | { readonly type: "none" }
  | { readonly type: "create"; readonly count: number }
  | { readonly type: "delete"; readonly pods: readonly Pod[] };

/** The most Pods created or deleted in one pass. */
const burst = 500;

/** Compares the Pods there are with the number wanted; `related` are those of sibling sets, its own included. */
export function decideReplicas(
  owner: Replicated,
  pods: readonly Pod[],
  related: readonly Pod[],
  now: number,
): ReplicasAction {
  if (owner.metadata.deletionTimestamp !== undefined) return { type: "none" };
  const active = pods.filter(isActive);
  const missing = (owner.spec.replicas ?? 1) - active.length;
  if (missing > 0) return { type: "create", count: Math.min(missing, burst) };
  if (missing === 0) return { type: "none" };
  const victims = [...active].sort(byWorth({ byNode: podsByNode(related), now }));
  return { type: "delete", pods: victims.slice(0, Math.min(-missing, burst)) };
}
