import type { Deployment, ReplicaSet } from "@catalyst/ports/kubernetes";
import { resolve } from "../common/int-or-percent.ts";

/** How many Pods a set is asked for. */
export function wanted(set: ReplicaSet | undefined): number {
  return set === undefined ? 0 : (set.spec.replicas ?? 1);
}

export function replicasOf(deployment: Deployment): number {
  return deployment.spec.replicas ?? 1;
}

export function sum(sets: readonly ReplicaSet[], of: (set: ReplicaSet) => number | undefined): number {
  return sets.reduce((total, set) => total + (of(set) ?? 0), 0);
}

/** How many Pods a rollout may have beyond, and lack below, the number wanted. Not both can be 0. */
export function limits(deployment: Deployment): { readonly surge: number; readonly unavailable: number } {
  if (deployment.spec.strategy?.type === "Recreate") return { surge: 0, unavailable: replicasOf(deployment) };
  const rolling = deployment.spec.strategy?.rollingUpdate;
  const total = replicasOf(deployment);
  const surge = resolve(rolling?.maxSurge ?? "25%", total, Math.ceil);
  const unavailable = Math.min(resolve(rolling?.maxUnavailable ?? "25%", total, Math.floor), total);
  return { surge, unavailable: surge === 0 && unavailable === 0 ? 1 : unavailable };
}
