import { CatalystError, describeError } from "@catalyst/base/errors";
import type { PodUsage } from "@catalyst/ports/containers";
import {
  type ClusterName,
  type KubeObject,
  type Pod,
  type PodLogOptions,
  pods,
} from "@catalyst/ports/kubernetes";
import type { Controller, RunningControllers } from "@catalyst/reconciler";
import { clusterController, clusterControllerName } from "./cluster-controller.ts";
import { NodeObjects } from "./node-object.ts";
import { defaultNodeName, type NodeOptions } from "./options.ts";
import { podController, podControllerName } from "./pod/controller.ts";
import { identityOf } from "./pod/work.ts";
import { PodWaker } from "./waker.ts";

/** How long after the runtime went away it is asked again, in milliseconds. */
const runtimePause = 1000;

/** This machine as the node of every cluster. */
export interface EmbeddedNode {
  readonly controllers: readonly Controller[];
  /** A container's log, for the API server (`pods/log`). Throws `node-log-absent`. */
  log(cluster: ClusterName, pod: KubeObject, options: PodLogOptions): AsyncIterable<Uint8Array>;
  /** What the running containers of a cluster's Pods use. */
  stats(cluster: ClusterName): Promise<readonly PodUsage[]>;
  /**
   * Takes over what runs, removes what belongs to no Pod any more, and wakes Pods whose containers change by
   * themselves. Ends when the signal aborts. Call it once the controllers are ready.
   */
  run(controllers: RunningControllers, signal: AbortSignal): Promise<void>;
}

/** Makes the node; it runs Pods once its controllers do. */
export function makeNode(options: NodeOptions): EmbeddedNode {
  const { runtime, clock, logger } = options;
  const nodeObjects = new NodeObjects(options.name ?? defaultNodeName, runtime, clock);
  const waker = new PodWaker();
  return {
    controllers: [podController(options, nodeObjects, waker), clusterController(options, nodeObjects)],
    log: (cluster, object, logOptions) => readLog(options, cluster, object as Pod, logOptions),
    stats: (cluster) => runtime.stats(cluster),
    run: async (controllers, signal) => {
      options.ready?.(controllers.cache);
      waker.use((request) => controllers.enqueue(podControllerName, request));
      while (!signal.aborted) {
        try {
          await takeOver(options, controllers);
          for await (const { cluster, namespace, name } of runtime.changes(signal))
            controllers.enqueue(podControllerName, { cluster, namespace, name });
        } catch (error) {
          if (!signal.aborted) logger.warn("the runtime went away", { error: describeError(error) });
        }
        // What ended unseen meanwhile is found by looking at everything again.
        await clock.sleep(runtimePause, signal).catch(() => undefined);
      }
    },
  };
}

/** Wakes the Pods that run; removes what runs for a Pod that is gone, and what is there for a cluster that is. */
async function takeOver(
  { runtime, logger, name: nodeName = defaultNodeName }: NodeOptions,
  controllers: RunningControllers,
): Promise<void> {
  for (const { identity } of await runtime.list()) {
    const { cluster, namespace, name, uid } = identity;
    const pod = controllers.cache.get(cluster, pods, { namespace, name });
    if (pod?.metadata.uid === uid) controllers.enqueue(podControllerName, { cluster, namespace, name });
    else {
      logger.info("removing containers of a Pod that is gone", { cluster, namespace, name, uid });
      await runtime.removeSandbox(identity, 0);
    }
  }
  for (const cluster of await runtime.clusters())
    controllers.enqueue(clusterControllerName, { cluster, name: nodeName });
}

async function* readLog(
  { runtime }: NodeOptions,
  cluster: ClusterName,
  pod: Pod,
  { container, ...options }: PodLogOptions,
): AsyncGenerator<Uint8Array> {
  const name = container ?? pod.spec.containers[0]?.name ?? "";
  try {
    // A Pod that only its status remembers is found by looking at it.
    await runtime.inspect(pod, identityOf(cluster, pod));
    yield* runtime.log(identityOf(cluster, pod), name, options);
  } catch (error) {
    if (!(error instanceof CatalystError) || error.code !== "container-absent") throw error;
    throw new CatalystError(
      "node-log-absent",
      `container "${name}" in pod "${pod.metadata.name}" is waiting to start`,
      { cause: error },
    );
  }
}
