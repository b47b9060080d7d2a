import { rfc3339 } from "@catalyst/base/clock";
import type { Deployment, DeploymentStatus, ReplicaSet, WorkloadCondition } from "@catalyst/ports/kubernetes";
import { conditionOf, setCondition, withoutCondition } from "../common/condition.ts";
import { limits, replicasOf, sum } from "./sizes.ts";

/** The value of progressDeadlineSeconds that means: never. */
const noDeadline = 2_147_483_647;

/** The status of a Deployment; conditions, reasons and messages are upstream's. */
export function deploymentStatus(
  deployment: Deployment,
  current: ReplicaSet | undefined,
  old: readonly ReplicaSet[],
  collisionCount: number,
  now: number,
): DeploymentStatus {
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
    collisionCount,
  };
  let conditions = deployment.status?.conditions ?? [];
  conditions = setCondition(conditions, availability(deployment, availableReplicas), now, true);
  conditions = progress(deployment, current, counts, conditions, now);
  return { ...counts, conditions: failure(conditions, all, now) };
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
  deployment: Deployment,
  current: ReplicaSet | undefined,
  counts: DeploymentStatus,
  conditions: readonly WorkloadCondition[],
  now: number,
): readonly WorkloadCondition[] {
  if ((deployment.spec.progressDeadlineSeconds ?? 600) === noDeadline)
    return withoutCondition(conditions, "Progressing");
  const before = conditions.find((condition) => condition.type === "Progressing");
  const set = (status: "True" | "False" | "Unknown", reason: string, message: string) =>
    setCondition(conditions, { type: "Progressing", status, reason, message }, now, true);
  if (deployment.spec.paused === true) {
    const timedOut = before?.reason === "ProgressDeadlineExceeded";
    return timedOut ? conditions : set("Unknown", "DeploymentPaused", "Deployment is paused");
  }
  if (before?.reason === "DeploymentPaused")
    return set("Unknown", "DeploymentResumed", "Deployment is resumed");
  if (current === undefined) return conditions;
  const name = `ReplicaSet "${current.metadata.name}"`;
  const known = deployment.status?.conditions?.some((condition) => condition.type === "Progressing");
  if (!known)
    return set("True", "NewReplicaSetCreated", `Created new replica set "${current.metadata.name}"`);
  const settled = before?.reason === "NewReplicaSetAvailable" && counts.replicas === counts.updatedReplicas;
  if (settled) return conditions;
  if (isComplete(deployment, counts))
    return set("True", "NewReplicaSetAvailable", `${name} has successfully progressed.`);
  if (hasProgressed(deployment, counts)) {
    const content = {
      type: "Progressing",
      status: "True" as const,
      reason: "ReplicaSetUpdated",
      message: `${name} is progressing.`,
    };
    return [...withoutCondition(conditions, "Progressing"), conditionOf(content, before, now, true)];
  }
  if (deadline(deployment, before, now) === 0)
    return set("False", "ProgressDeadlineExceeded", `${name} has timed out progressing.`);
  return conditions;
}

/** Every Pod is of the present template and available. */
function isComplete(deployment: Deployment, counts: DeploymentStatus): boolean {
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
  const underWay = condition?.status === "True" && condition.reason !== "NewReplicaSetAvailable";
  return underWay ? deadline(deployment, condition, now) + 1000 : undefined;
}
