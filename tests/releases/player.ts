import type { Clock } from "@catalyst/base/clock";
import {
  type ClusterClient,
  deployments,
  jobs,
  type KubeObject,
  keyOf,
  pods,
  type ResourceType,
} from "@catalyst/ports/kubernetes";

/** The label that says how a Pod, a Job or a Deployment ends here, where nothing runs: `good` or `bad`. */
export const outcomeLabel = "outcome";

/** Stands in for what runs workloads: gives each the status that its label says. Ends with the signal. */
export async function playWorkloads(client: ClusterClient, clock: Clock, signal: AbortSignal): Promise<void> {
  const play = async (type: ResourceType, statusOf: (object: KubeObject, isGood: boolean) => unknown) => {
    for await (const event of client.watch(type, { signal })) {
      if (event.type !== "ADDED" && event.type !== "MODIFIED") continue;
      const outcome = event.object.metadata.labels?.[outcomeLabel];
      if (outcome === undefined) continue;
      const status = statusOf(event.object, outcome === "good");
      if (status === undefined) continue;
      await client
        .mergePatch(type, keyOf(event.object), { status }, { subresource: "status" })
        // it may be gone by now
        .catch(() => undefined);
    }
  };
  const time = () => new Date(clock.now()).toISOString().replace(/\.\d+Z$/, "Z");
  await Promise.all([
    play(pods as ResourceType, (object, isGood) =>
      hasEnded(object) ? undefined : { phase: isGood ? "Succeeded" : "Failed" },
    ),
    play(jobs as ResourceType, (object, isGood) =>
      hasEnded(object) ? undefined : jobStatus(isGood, time()),
    ),
    play(deployments as ResourceType, (object) =>
      (object.status as { observedGeneration?: number } | undefined)?.observedGeneration ===
      object.metadata.generation
        ? undefined
        : deploymentStatus(object, time()),
    ),
  ]);
}

function hasEnded({ status }: KubeObject): boolean {
  const { phase, conditions = [] } = (status ?? {}) as { phase?: string; conditions?: unknown[] };
  return phase === "Succeeded" || phase === "Failed" || (phase === undefined && conditions.length > 0);
}

function jobStatus(isGood: boolean, time: string): unknown {
  const condition = (type: string) => ({
    type,
    status: "True",
    lastProbeTime: time,
    lastTransitionTime: time,
  });
  return isGood
    ? {
        startTime: time,
        completionTime: time,
        succeeded: 1,
        conditions: [condition("SuccessCriteriaMet"), condition("Complete")],
      }
    : { startTime: time, failed: 1, conditions: [condition("FailureTarget"), condition("Failed")] };
}

function deploymentStatus(object: KubeObject, time: string): unknown {
  const { replicas = 1 } = object.spec as { replicas?: number };
  const condition = (type: string, reason: string) => ({
    type,
    status: "True",
    reason,
    message: "",
    lastUpdateTime: time,
    lastTransitionTime: time,
  });
  return {
    observedGeneration: object.metadata.generation,
    replicas,
    updatedReplicas: replicas,
    readyReplicas: replicas,
    availableReplicas: replicas,
    conditions: [
      condition("Available", "MinimumReplicasAvailable"),
      condition("Progressing", "NewReplicaSetAvailable"),
    ],
  };
}
