import type {
  ClusterClient,
  ClusterEvent,
  ClusterName,
  Clusters,
  KubeObject,
  ResourceType,
} from "@catalyst/ports/kubernetes";
import type { Transport } from "@catalyst/ports/transport";
import { openClusterClient } from "./cluster-client.ts";

/** What only the server itself can do: the life of its logical clusters, and one watch over all of them. */
export interface ClusterHost {
  names(): Promise<readonly ClusterName[]>;
  ensure(cluster: ClusterName): Promise<void>;
  remove(cluster: ClusterName): Promise<void>;
  watchAll(type: ResourceType, signal: AbortSignal): AsyncIterable<ClusterEvent<KubeObject>>;
}

/** The clusters of one API server, each reached below its path over the same transport. */
export function openClusters(transport: Transport, host: ClusterHost): Clusters {
  const clients = new Map<ClusterName, ClusterClient>();
  return {
    client(cluster) {
      const known = clients.get(cluster);
      if (known !== undefined) return known;
      const client = openClusterClient(transport, cluster);
      clients.set(cluster, client);
      return client;
    },
    names: () => host.names(),
    ensure: (cluster) => host.ensure(cluster),
    async remove(cluster) {
      clients.delete(cluster);
      await host.remove(cluster);
    },
    watchAll: <T extends KubeObject>(type: ResourceType<T>, signal: AbortSignal) =>
      host.watchAll(type, signal) as AsyncIterable<ClusterEvent<T>>,
  };
}
