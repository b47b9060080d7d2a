import type { KubeObject, Pod, PodTemplate, WorkloadCondition } from "@catalyst/ports/kubernetes";
import { setCondition, withoutCondition } from "../common/condition.ts";
import { isActive, isAvailable, isFinished, isReady, isTerminating } from "../common/pod-state.ts";

/** What ReplicaSets and ReplicationControllers have in common. */
export interface Replicated extends KubeObject {
  readonly spec: {
    readonly replicas?: number;
    readonly minReadySeconds?: number;
    readonly template: PodTemplate;
  };
  readonly status?: { readonly conditions?: readonly WorkloadCondition[] };
}

/** The status of such an object; `failure` is what kept Pods from being created or deleted. */
export function replicasStatus(
  set: Replicated,
  pods: readonly Pod[],
  failure: string | undefined,
  now: number,
  countsTerminating: boolean,
): Readonly<Record<string, unknown>> {
  const active = pods.filter(isActive);
  const wantedLabels = Object.entries(set.spec.template.metadata?.labels ?? {});
  const reason = active.length < (set.spec.replicas ?? 1) ? "FailedCreate" : "FailedDelete";
  const before = set.status?.conditions ?? [];
  const conditions =
    failure === undefined
      ? withoutCondition(before, "ReplicaFailure")
      : setCondition(before, { type: "ReplicaFailure", status: "True", reason, message: failure }, now);
  return {
    replicas: active.length,
    fullyLabeledReplicas: active.filter((pod) =>
      wantedLabels.every(([key, value]) => pod.metadata.labels?.[key] === value),
    ).length,
    readyReplicas: active.filter(isReady).length,
    availableReplicas: active.filter((pod) => isAvailable(pod, set.spec.minReadySeconds ?? 0, now)).length,
    ...(countsTerminating
      ? { terminatingReplicas: pods.filter((pod) => isTerminating(pod) && !isFinished(pod)).length }
      : {}),
    observedGeneration: set.metadata.generation,
    conditions,
  };
}
