import type { Pod, ReplicaSet } from "@catalyst/ports/kubernetes";
import { setCondition, withoutCondition } from "../common/condition.ts";
import { isActive, isAvailable, isFinished, isReady, isTerminating } from "../common/pod-state.ts";

/** The status of a ReplicaSet; `failure` is what kept Pods from being created. */
export function replicaSetStatus(
  set: ReplicaSet,
  pods: readonly Pod[],
  failure: string | undefined,
  now: number,
): Readonly<Record<string, unknown>> {
  const active = pods.filter(isActive);
  const wantedLabels = Object.entries(set.spec.template.metadata?.labels ?? {});
  const before = set.status?.conditions ?? [];
  const conditions =
    failure === undefined
      ? withoutCondition(before, "ReplicaFailure")
      : setCondition(
          before,
          { type: "ReplicaFailure", status: "True", reason: "FailedCreate", message: failure },
          now,
        );
  return {
    replicas: active.length,
    fullyLabeledReplicas: active.filter((pod) =>
      wantedLabels.every(([key, value]) => pod.metadata.labels?.[key] === value),
    ).length,
    readyReplicas: active.filter(isReady).length,
    availableReplicas: active.filter((pod) => isAvailable(pod, set.spec.minReadySeconds ?? 0, now)).length,
    terminatingReplicas: pods.filter((pod) => isTerminating(pod) && !isFinished(pod)).length,
    observedGeneration: set.metadata.generation,
    conditions,
  };
}
