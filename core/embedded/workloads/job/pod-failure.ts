import type { ContainerStatus, Job, Pod, PodFailureRule } from "@catalyst/ports/kubernetes";
import { isTerminating } from "../common/pod-state.ts";

/** What a Job's podFailurePolicy makes of a failed Pod. */
export interface FailureVerdict {
  readonly action: PodFailureRule["action"] | undefined;
  /** Whether the failure counts towards the limits. */
  readonly counts: boolean;
  /** Why the whole Job fails, when it does. */
  readonly message?: string | undefined;
}

/** Whether only a Pod that has ended is replaced, not one that is about to. */
export function replacesOnlyFailed({ spec }: Job): boolean {
  return spec.podReplacementPolicy === "Failed" || spec.podFailurePolicy !== undefined;
}

/** A Pod that is being deleted counts as failed, unless its end is waited for. */
export function isPodFailed(pod: Pod, job: Job): boolean {
  if (pod.status?.phase === "Failed") return true;
  return !replacesOnlyFailed(job) && isTerminating(pod) && pod.status?.phase !== "Succeeded";
}

/** Applies the first rule whose pattern matches; a Pod that no rule matches counts. */
export function judgeFailure(job: Job, pod: Pod): FailureVerdict {
  for (const [index, rule] of (job.spec.podFailurePolicy?.rules ?? []).entries()) {
    const cause = causeOf(rule, pod);
    if (cause === undefined) continue;
    const { action } = rule;
    const at = `matching ${action} rule at index ${index}`;
    return {
      action,
      counts: action !== "Ignore",
      message: action === "FailJob" ? `${cause} ${at}` : undefined,
    };
  }
  return { action: undefined, counts: true };
}

/** What of the Pod a rule's pattern matches, in words. */
function causeOf(rule: PodFailureRule, pod: Pod): string | undefined {
  const name = `${pod.metadata.namespace}/${pod.metadata.name}`;
  if (rule.onExitCodes) {
    const { containerStatuses = [], initContainerStatuses = [] } = pod.status ?? {};
    const matches = (status: ContainerStatus) => matchesExitCode(rule.onExitCodes, status);
    const status = containerStatuses.find(matches) ?? initContainerStatuses.find(matches);
    if (status === undefined) return undefined;
    return `Container ${status.name} for pod ${name} failed with exit code ${status.state?.terminated?.exitCode}`;
  }
  const condition = pod.status?.conditions?.find(({ type, status }) =>
    rule.onPodConditions?.some((pattern) => pattern.type === type && (pattern.status ?? "True") === status),
  );
  return condition === undefined ? undefined : `Pod ${name} has condition ${condition.type}`;
}

function matchesExitCode(pattern: PodFailureRule["onExitCodes"], { name, state }: ContainerStatus): boolean {
  const code = state?.terminated?.exitCode;
  if (!pattern || code === undefined || code === 0) return false;
  if (pattern.containerName && pattern.containerName !== name) return false;
  return pattern.values.includes(code) === (pattern.operator === "In");
}
