import type { PodUsage } from "@catalyst/ports/containers";
import type { ClusterName, KubeObject, PodLogOptions } from "@catalyst/ports/kubernetes";

/** What the API server asks of the node a Pod runs on. */
export interface NodeConnection {
  /**
   * A container's log as UTF-8 bytes; `container` is always set and one of the Pod's. Ends when the container
   * has ended, when it was read to its end (unless `follow`), or when the signal aborts. Throws CatalystError
   * `node-log-absent` when there is none (yet); its message, which names container and Pod, is what kubectl prints.
   */
  log?(cluster: ClusterName, pod: KubeObject, options: PodLogOptions): AsyncIterable<Uint8Array>;
  /** What the running containers of a cluster's Pods use; without it metrics.k8s.io isn't served. */
  stats?(cluster: ClusterName): Promise<readonly PodUsage[]>;
}
