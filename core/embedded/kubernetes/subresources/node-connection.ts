import type { Duplex } from "node:stream";
import type { PodUsage, ProcessStreams, StreamChoice } from "@catalyst/ports/containers";
import type { ClusterName, KubeObject, PodLogOptions } from "@catalyst/ports/kubernetes";

/** Connects to a port inside a Pod. Throws CatalystError `port-refused` when nobody listens there. */
export type PodDialer = (port: number, signal: AbortSignal) => Promise<Duplex>;

/**
 * What the API server asks of the node a Pod runs on. `container` is always one of the Pod's. Throws CatalystError
 * `container-absent` when it isn't running, `node-simulated` when nothing of the Pod really runs; their messages are
 * what kubectl prints.
 */
export interface NodeConnection {
  /** Nothing runs: no Pod answers at its address. */
  readonly simulated?: boolean | undefined;
  /**
   * A container's log as UTF-8 bytes. Ends when the container has ended, when it was read to its end (unless
   * `follow`), or when the signal aborts. Throws CatalystError `node-log-absent` when there is none (yet); its
   * message, which names container and Pod, is what kubectl prints.
   */
  log?(cluster: ClusterName, pod: KubeObject, options: PodLogOptions): AsyncIterable<Uint8Array>;
  /**
   * Makes ready to run a command in a container; what it gives runs it, once, and answers the exit code. When the
   * streams' signal aborts the command is ended.
   */
  exec?(
    cluster: ClusterName,
    pod: KubeObject,
    container: string,
    command: readonly string[],
    choice: StreamChoice,
  ): Promise<(streams: ProcessStreams) => Promise<number>>;
  /** Makes ready to take part in the streams of a container's own process; what it gives ends with the process. */
  attach?(
    cluster: ClusterName,
    pod: KubeObject,
    container: string,
    choice: StreamChoice,
  ): Promise<(streams: ProcessStreams) => Promise<void>>;
  /** Makes ready to connect to a Pod's ports, also those that listen on its loopback alone. */
  portForward?(cluster: ClusterName, pod: KubeObject): Promise<PodDialer>;
  /** What the running containers of a cluster's Pods use; without it metrics.k8s.io isn't served. */
  stats?(cluster: ClusterName): Promise<readonly PodUsage[]>;
}
