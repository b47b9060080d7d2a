import type { LiveState } from "@catalyst/blueprint/plan";
import {
  type Clusters,
  ingresses,
  isKubernetesError,
  type KubeObject,
  limitRanges,
  managementCluster,
  type ResourceType,
  resourceQuotas,
  storageClasses,
} from "@catalyst/ports/kubernetes";

/** Answers preflight from the clusters themselves: what is taken there may have come by any way. */
export function liveState(clusters: Clusters): LiveState {
  const all = <T extends KubeObject>(type: ResourceType<T>) => {
    return (environment: string) => listed(clusters, environment, type);
  };
  return {
    storageClasses: all(storageClasses),
    quotas: all(resourceQuotas),
    limitRanges: all(limitRanges),
    async ingresses() {
      const environments = (await clusters.names()).filter((name) => name !== managementCluster);
      const found = await Promise.all(
        environments.map(async (environment) =>
          ((await listed(clusters, environment, ingresses)) ?? []).map((ingress) => ({
            environment,
            ingress,
          })),
        ),
      );
      return found.flat();
    },
  };
}

/** Undefined when the cluster isn't there, not yet or no longer. */
async function listed<T extends KubeObject>(
  clusters: Clusters,
  environment: string,
  type: ResourceType<T>,
): Promise<readonly T[] | undefined> {
  try {
    return (await clusters.client(environment).list(type)).items;
  } catch (error) {
    if (isKubernetesError(error, "kubernetes-not-found", "kubernetes-unknown-kind")) return undefined;
    throw error;
  }
}
