import { rfc3339 } from "@catalyst/base/clock";
import type { WorkloadCondition } from "@catalyst/ports/kubernetes";

type Content = Pick<WorkloadCondition, "type" | "status"> & {
  readonly reason: string;
  readonly message: string;
};

/**
 * Sets one condition of a workload: unchanged when status and reason are what they were; the transition time
 * moves only with the status. `touched` adds the time of the last progress, which Deployments carry.
 */
export function setCondition(
  conditions: readonly WorkloadCondition[],
  content: Content,
  now: number,
  touched = false,
): readonly WorkloadCondition[] {
  const before = conditions.find((condition) => condition.type === content.type);
  if (before?.status === content.status && before.reason === content.reason) return conditions;
  return [...withoutCondition(conditions, content.type), conditionOf(content, before, now, touched)];
}

export function conditionOf(
  content: Content,
  before: WorkloadCondition | undefined,
  now: number,
  touched: boolean,
): WorkloadCondition {
  const time = rfc3339(now);
  const kept = before?.status === content.status ? before.lastTransitionTime : undefined;
  return { ...content, ...(touched ? { lastUpdateTime: time } : {}), lastTransitionTime: kept ?? time };
}

export function withoutCondition(
  conditions: readonly WorkloadCondition[],
  type: string,
): readonly WorkloadCondition[] {
  return conditions.filter((condition) => condition.type !== type);
}
