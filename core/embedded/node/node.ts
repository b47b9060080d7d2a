import { CatalystError, describeError, isCatalystError } from "@catalyst/base/errors";
import type { PodRuntime, PodUsage, StreamChoice } from "@catalyst/ports/containers";
import {
  type ClusterName,
  type KubeObject,
  type Pod,
  type PodLogOptions,
  pods,
} from "@catalyst/ports/kubernetes";
import type { Controller, RunningControllers } from "@catalyst/reconciler";
import { whyNoLog } from "./log/why-none.ts";
import { clusterController, clusterControllerName } from "./node-object/cluster-controller.ts";
import { NodeObjects } from "./node-object/node-objects.ts";
import { defaultNodeName, type NodeOptions } from "./options.ts";
import { podController, podControllerName } from "./pod/controller.ts";
import { identityOf } from "./pod/work.ts";
import { PodWaker } from "./waker.ts";

/** How long after the runtime went away it is asked again, in milliseconds. */
const runtimePause = 1000;

/** This machine as the node of every cluster. */
export interface EmbeddedNode {
  /** Nothing runs: no Pod answers at its address. */
  readonly simulated: boolean;
  readonly controllers: readonly Controller[];
  /** A container's log, for the API server (`pods/log`). Throws `node-log-absent`. */
  log(cluster: ClusterName, pod: KubeObject, options: PodLogOptions): AsyncIterable<Uint8Array>;
  /** What the running containers of a cluster's Pods use. */
  stats(cluster: ClusterName): Promise<readonly PodUsage[]>;
  /** Of a Pod's container or network, for the API server: see `PodRuntime`'s. */
  exec(
    cluster: ClusterName,
    pod: KubeObject,
    container: string,
    command: readonly string[],
    choice: StreamChoice,
  ): ReturnType<PodRuntime["openExec"]>;
  attach(
    cluster: ClusterName,
    pod: KubeObject,
    container: string,
    choice: StreamChoice,
  ): ReturnType<PodRuntime["openAttach"]>;
  portForward(cluster: ClusterName, pod: KubeObject): ReturnType<PodRuntime["openDialer"]>;
  /**
   * Takes over what runs, removes what belongs to no Pod any more, and wakes Pods whose containers change by
   * themselves. Ends when the signal aborts. Call it once the controllers are ready.
   */
  run(controllers: RunningControllers, signal: AbortSignal): Promise<void>;
}

/** Makes the node; it runs Pods once its controllers do. */
export function makeNode(options: NodeOptions): EmbeddedNode {
  const { runtime, clock, logger } = options;
  const nodeObjects = new NodeObjects(options.name ?? defaultNodeName, runtime, clock, logger);
  const waker = new PodWaker();
  return {
    simulated: runtime.capabilities.simulated,
    controllers: [podController(options, nodeObjects, waker), clusterController(options, nodeObjects)],
    log: (cluster, object, logOptions) => readLog(options, cluster, object as Pod, logOptions),
    stats: (cluster) => runtime.stats(cluster),
    exec: (cluster, pod, ...asked) => runtime.openExec(identityOf(cluster, pod as Pod), ...asked),
    attach: (cluster, pod, container, choice) => {
      const tty = hasTerminal(pod as Pod, container);
      // Whether there is a terminal was decided when the container started.
      const own = { ...choice, tty, stderr: choice.stderr && !tty };
      return runtime.openAttach(identityOf(cluster, pod as Pod), container, own);
    },
    portForward: (cluster, pod) => runtime.openDialer(identityOf(cluster, pod as Pod)),
    run: async (controllers, signal) => {
      options.ready?.(controllers.cache);
      waker.use((request) => controllers.enqueue(podControllerName, request));
      const living = nodeObjects.keepAlive(signal);
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
      await living;
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

function hasTerminal({ spec }: Pod, container: string): boolean {
  const all = [...spec.containers, ...(spec.initContainers ?? []), ...(spec.ephemeralContainers ?? [])];
  return all.find(({ name }) => name === container)?.tty === true;
}

async function* readLog(
  { runtime, clock }: NodeOptions,
  cluster: ClusterName,
  pod: Pod,
  { container, sinceSeconds, sinceTime, ...options }: PodLogOptions,
): AsyncGenerator<Uint8Array> {
  const name = container ?? pod.spec.containers[0]?.name ?? "";
  const since =
    sinceSeconds !== undefined
      ? clock.now() - sinceSeconds * 1000
      : sinceTime === undefined
        ? undefined
        : Date.parse(sinceTime);
  try {
    // A Pod that only its status remembers is found by looking at it.
    await runtime.inspect(pod, identityOf(cluster, pod));
    yield* runtime.log(identityOf(cluster, pod), name, { ...options, since });
  } catch (error) {
    if (!isCatalystError(error, "container-absent")) throw error;
    const why = whyNoLog(pod, name, options.previous === true);
    throw new CatalystError("node-log-absent", why, { cause: error });
  }
}
