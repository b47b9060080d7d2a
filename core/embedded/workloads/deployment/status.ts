import { rfc3339 } from "@catalyst/base/clock";
import type { Deployment, DeploymentStatus, ReplicaSet, WorkloadCondition } from "@catalyst/ports/kubernetes";
import { conditionOf, setCondition, withoutCondition } from "../common/condition.ts";
import { limits, replicasOf, sum } from "./sizes.ts";

/** The value of progressDeadlineSeconds that means: never. */
const noDeadline = 2_147_483_647;

/** What a Deployment's status is made of. */
export interface StatusFacts {
  readonly deployment: Deployment;
  readonly current: ReplicaSet | undefined;
  readonly old: readonly ReplicaSet[];
  readonly collisionCount: number | undefined;
  /** What kept the set of the present template from being created. */
  readonly failure: { readonly set: string; readonly message: string } | undefined;
  /** Whether this pass created the set of the present template. */
  readonly isNew: boolean;
  /** Whether the sets are only resized for another number of Pods: that is no progress of a rollout. */
  readonly isResizing: boolean;
  readonly now: number;
}

/** The status of a Deployment; conditions, reasons and messages are upstream's. */
export function deploymentStatus(facts: StatusFacts): DeploymentStatus {
  const { deployment, current, old, collisionCount, now } = facts;
  const all = [...old, ...(current === undefined ? [] : [current])];
  const replicas = sum(all, (set) => set.status?.replicas);
  const availableReplicas = sum(all, (set) => set.status?.availableReplicas);
  const counts: DeploymentStatus = {
    observedGeneration: deployment.metadata.generation ?? 0,
    replicas,
    updatedReplicas: current?.status?.replicas ?? 0,
    readyReplicas: sum(all, (set) => set.status?.readyReplicas),
    availableReplicas,
    unavailableReplicas: Math.max(0, replicas - availableReplicas),
    terminatingReplicas: sum(all, (set) => set.status?.terminatingReplicas),
    ...(collisionCount === undefined ? {} : { collisionCount }),
  };
  let conditions = deployment.status?.conditions ?? [];
  conditions = setCondition(conditions, availability(deployment, availableReplicas), now, true);
  conditions = progress(facts, counts, conditions);
  if (facts.isResizing) return { ...counts, conditions };
  return {
    ...counts,
    conditions: failure(conditions, [...(current === undefined ? [] : [current]), ...old], now),
  };
}

function availability(deployment: Deployment, available: number) {
  const enough = available >= replicasOf(deployment) - limits(deployment).unavailable;
  return enough
    ? {
        type: "Available",
        status: "True" as const,
        reason: "MinimumReplicasAvailable",
        message: "Deployment has minimum availability.",
      }
    : {
        type: "Available",
        status: "False" as const,
        reason: "MinimumReplicasUnavailable",
        message: "Deployment does not have minimum availability.",
      };
}

function failure(
  conditions: readonly WorkloadCondition[],
  sets: readonly ReplicaSet[],
  now: number,
): readonly WorkloadCondition[] {
  const failed = sets
    .flatMap((set) => set.status?.conditions ?? [])
    .find((condition) => condition.type === "ReplicaFailure");
  if (failed === undefined) return withoutCondition(conditions, "ReplicaFailure");
  const { type, status, reason = "", message = "" } = failed;
  return setCondition(conditions, { type, status, reason, message }, now, true);
}

function progress(
  facts: StatusFacts,
  counts: DeploymentStatus,
  conditions: readonly WorkloadCondition[],
): readonly WorkloadCondition[] {
  const { deployment, current, now } = facts;
  if (!hasDeadline(deployment)) return withoutCondition(conditions, "Progressing");
  const before = conditions.find((condition) => condition.type === "Progressing");
  const set = (status: "True" | "False" | "Unknown", reason: string, message: string) =>
    setCondition(conditions, { type: "Progressing", status, reason, message }, now, true);
  if (facts.failure !== undefined) {
    const { set: name, message } = facts.failure;
    return set("False", "ReplicaSetCreateError", `Failed to create new replica set "${name}": ${message}`);
  }
  if (deployment.spec.paused === true) {
    const timedOut = before?.reason === "ProgressDeadlineExceeded";
    return timedOut ? conditions : set("Unknown", "DeploymentPaused", "Deployment is paused");
  }
  if (before?.reason === "DeploymentPaused")
    return set("Unknown", "DeploymentResumed", "Deployment is resumed");
  if (current === undefined) return conditions;
  const name = `"${current.metadata.name}"`;
  if (facts.isNew) return set("True", "NewReplicaSetCreated", `Created new replica set ${name}`);
  if (before === undefined) return set("True", "FoundNewReplicaSet", `Found new replica set ${name}`);
  return facts.isResizing ? conditions : rollout(facts, counts, conditions, before, `ReplicaSet ${name}`);
}

/** How a rollout under way comes on. */
function rollout(
  { deployment, now }: StatusFacts,
  counts: DeploymentStatus,
  conditions: readonly WorkloadCondition[],
  before: WorkloadCondition,
  set: string,
): readonly WorkloadCondition[] {
  const settled = before.reason === "NewReplicaSetAvailable" && counts.replicas === counts.updatedReplicas;
  if (settled) return conditions;
  const content = (status: "True" | "False", reason: string, message: string) => ({
    type: "Progressing",
    status,
    reason,
    message: `${set} ${message}`,
  });
  if (isComplete(deployment, counts)) {
    const done = content("True", "NewReplicaSetAvailable", "has successfully progressed.");
    return setCondition(conditions, done, now, true);
  }
  if (hasProgressed(deployment, counts)) {
    const moved = content("True", "ReplicaSetUpdated", "is progressing.");
    return [...withoutCondition(conditions, "Progressing"), conditionOf(moved, before, now, true)];
  }
  // A rollout that ended is no measure for one whose beginning isn't noted yet.
  if (before.reason === "NewReplicaSetAvailable" || deadline(deployment, before, now) > 0) return conditions;
  const late = content("False", "ProgressDeadlineExceeded", "has timed out progressing.");
  return setCondition(conditions, late, now, true);
}

function hasDeadline({ spec }: Deployment): boolean {
  return (spec.progressDeadlineSeconds ?? noDeadline) !== noDeadline;
}

/** Every Pod is of the present template and available. */
export function isComplete(deployment: Deployment, counts: DeploymentStatus): boolean {
  const target = replicasOf(deployment);
  return (
    counts.updatedReplicas === target && counts.replicas === target && counts.availableReplicas === target
  );
}

function hasProgressed(deployment: Deployment, counts: DeploymentStatus): boolean {
  const before = deployment.status ?? {};
  const oldCount = (status: DeploymentStatus) => (status.replicas ?? 0) - (status.updatedReplicas ?? 0);
  return (
    (counts.updatedReplicas ?? 0) > (before.updatedReplicas ?? 0) ||
    oldCount(counts) < oldCount(before) ||
    (counts.readyReplicas ?? 0) > (before.readyReplicas ?? 0) ||
    (counts.availableReplicas ?? 0) > (before.availableReplicas ?? 0)
  );
}

function deadline(deployment: Deployment, condition: WorkloadCondition | undefined, now: number): number {
  const since = Date.parse(condition?.lastUpdateTime ?? rfc3339(now));
  return Math.max(0, since + (deployment.spec.progressDeadlineSeconds ?? 600) * 1000 - now);
}

/** Milliseconds until the rollout counts as stuck; undefined when none is under way. */
export function untilDeadline(
  deployment: Deployment,
  status: DeploymentStatus,
  now: number,
): number | undefined {
  const condition = status.conditions?.find((candidate) => candidate.type === "Progressing");
  const underWay =
    hasDeadline(deployment) &&
    condition !== undefined &&
    condition.reason !== "ProgressDeadlineExceeded" &&
    deployment.spec.paused !== true &&
    !isComplete(deployment, status);
  return underWay ? deadline(deployment, condition, now) + 1000 : undefined;
}
