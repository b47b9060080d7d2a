import type { Deployment, ReplicaSet } from "@catalyst/ports/kubernetes";
import { byCreation, desiredAnnotation, maxAnnotation } from "./revision.ts";
import { limits, replicasOf, sum, wanted } from "./sizes.ts";

/** What a Deployment's next step is decided on. */
export interface DeploymentFacts {
  readonly deployment: Deployment;
  /** The set of the present template. */
  readonly current: ReplicaSet | undefined;
  readonly old: readonly ReplicaSet[];
  /** Pods of old sets that haven't ended. */
  readonly oldPods: number;
}

export type DeploymentAction =
  | { readonly type: "none" }
  | { readonly type: "create"; readonly replicas: number }
  | { readonly type: "scale"; readonly sizes: ReadonlyMap<ReplicaSet, number> };

const none: DeploymentAction = { type: "none" };

/** Gives the one next step of a rollout. The arithmetic is upstream's. */
export function decideDeployment(facts: DeploymentFacts): DeploymentAction {
  if (facts.deployment.metadata.deletionTimestamp !== undefined) return none;
  if (facts.deployment.spec.paused === true || wasRescaled(facts)) return rescale(facts);
  return facts.deployment.spec.strategy?.type === "Recreate" ? recreate(facts) : roll(facts);
}

function scaleTo(sizes: Iterable<readonly [ReplicaSet, number]>): DeploymentAction {
  const changed = new Map([...sizes].filter(([set, size]) => wanted(set) !== size));
  return changed.size === 0 ? none : { type: "scale", sizes: changed };
}

function recreate(facts: DeploymentFacts): DeploymentAction {
  const down = scaleTo(facts.old.map((set) => [set, 0]));
  if (down.type !== "none") return down;
  if (facts.oldPods > 0) return none;
  const replicas = replicasOf(facts.deployment);
  return facts.current === undefined ? { type: "create", replicas } : scaleTo([[facts.current, replicas]]);
}

function roll(facts: DeploymentFacts): DeploymentAction {
  const size = sizeOfCurrent(facts);
  if (facts.current === undefined) return { type: "create", replicas: size };
  const up = scaleTo([[facts.current, size]]);
  return up.type === "none" ? shrinkOld(facts, facts.current) : up;
}

/** As many as the surge leaves room for. */
function sizeOfCurrent({ deployment, current, old }: DeploymentFacts): number {
  const target = replicasOf(deployment);
  const have = wanted(current);
  if (have >= target) return target;
  const room = target + limits(deployment).surge - have - sum(old, wanted);
  return have + Math.max(0, Math.min(room, target - have));
}

/** First Pods that aren't available anyway, then as many of the others as may be missing. */
function shrinkOld({ deployment, old }: DeploymentFacts, current: ReplicaSet): DeploymentAction {
  const active = old.filter((set) => wanted(set) > 0).sort(byCreation);
  const least = replicasOf(deployment) - limits(deployment).unavailable;
  const available = (set: ReplicaSet) => set.status?.availableReplicas ?? 0;
  let room = sum([...active, current], wanted) - least - (wanted(current) - available(current));
  if (active.length === 0 || room <= 0) return none;
  const sizes = new Map(active.map((set) => [set, wanted(set)]));
  for (const set of active) {
    const unhealthy = Math.min(room, Math.max(0, wanted(set) - available(set)));
    sizes.set(set, wanted(set) - unhealthy);
    room -= unhealthy;
  }
  let spare = sum([...active, current], available) - least;
  for (const set of active) {
    const size = sizes.get(set) ?? 0;
    const healthy = Math.max(0, Math.min(spare, size));
    sizes.set(set, size - healthy);
    spare -= healthy;
  }
  return scaleTo(sizes);
}

/** The number wanted changed since the sets were last sized. */
export function wasRescaled({
  deployment,
  current,
  old,
}: Pick<DeploymentFacts, "deployment" | "current" | "old">): boolean {
  const target = String(replicasOf(deployment));
  return [...old, ...(current === undefined ? [] : [current])].some((set) => {
    const noted = set.metadata.annotations?.[desiredAnnotation];
    return wanted(set) > 0 && noted !== undefined && noted !== target;
  });
}

/** Keeps the proportions of a rollout under way, or of a paused one, when the number wanted changes. */
function rescale(facts: DeploymentFacts): DeploymentAction {
  const { deployment, current, old } = facts;
  const target = replicasOf(deployment);
  const all = [...old, ...(current === undefined ? [] : [current])].sort(byCreation);
  const active = all.filter((set) => wanted(set) > 0);
  const only = active.length === 0 ? (current ?? all.at(-1)) : active.length === 1 ? active[0] : undefined;
  if (only !== undefined) return withTouched(scaleTo([[only, target]]), facts, only);
  const saturated = current !== undefined && wanted(current) === target && isFull(current, deployment);
  if (saturated) return scaleTo(old.map((set) => [set, 0]));
  if (deployment.spec.strategy?.type === "Recreate" || active.length === 0) return none;
  return proportional(deployment, active);
}

/** An unchanged size still has to be noted as the one for the number now wanted. */
function withTouched(action: DeploymentAction, facts: DeploymentFacts, set: ReplicaSet): DeploymentAction {
  const isNoted = set.metadata.annotations?.[desiredAnnotation] === String(replicasOf(facts.deployment));
  return action.type === "none" && !isNoted
    ? { type: "scale", sizes: new Map([[set, wanted(set)]]) }
    : action;
}

function isFull(set: ReplicaSet, deployment: Deployment): boolean {
  return (
    set.metadata.annotations?.[desiredAnnotation] === String(replicasOf(deployment)) &&
    set.status?.availableReplicas === replicasOf(deployment)
  );
}

function proportional(deployment: Deployment, active: readonly ReplicaSet[]): DeploymentAction {
  const target = replicasOf(deployment);
  const allowed = target > 0 ? target + limits(deployment).surge : 0;
  let left = allowed - sum(active, wanted);
  // Of sets of one size the newer grow first, and the older shrink first.
  const bySize = [...active].sort(
    (a, b) => wanted(b) - wanted(a) || (left > 0 ? byCreation(b, a) : byCreation(a, b)),
  );
  const sizes = new Map<ReplicaSet, number>();
  for (const set of bySize) {
    const share = left === 0 ? 0 : fraction(deployment, set, allowed);
    const change = left > 0 ? Math.min(share, left) : Math.max(share, left);
    sizes.set(set, wanted(set) + change);
    left -= change;
  }
  const [largest] = bySize;
  if (largest !== undefined) sizes.set(largest, Math.max(0, (sizes.get(largest) ?? 0) + left));
  // Also sets whose size stays: their note of the number wanted moves on.
  return { type: "scale", sizes };
}

/** What a set gains or loses to keep its part of the whole, by the size the whole had when it was last sized. */
function fraction(deployment: Deployment, set: ReplicaSet, allowed: number): number {
  if (replicasOf(deployment) === 0) return -wanted(set);
  const before = Number(set.metadata.annotations?.[maxAnnotation] ?? 0) || (deployment.status?.replicas ?? 0);
  return before === 0 ? 0 : Math.round((wanted(set) * allowed) / before) - wanted(set);
}
