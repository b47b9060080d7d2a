import {
  type Pod,
  persistentVolumeClaims,
  pods,
  type ResourceType,
  services,
} from "@catalyst/ports/kubernetes";
import type { Controller, Trigger } from "@catalyst/reconciler";
import { PodEvents } from "../events.ts";
import type { NodeObjects } from "../node-object/node-objects.ts";
import { defaultNodeName, type NodeOptions } from "../options.ts";
import type { PodWaker } from "../waker.ts";
import { PodMemory } from "./memory.ts";
import { sandboxKey } from "./operations.ts";
import { runPod } from "./run.ts";
import { identityOf, type PodWork } from "./work.ts";

export const podControllerName = "node";

/** A claim's volume lets Pods begin that wait for it. */
const claimBound: Trigger = {
  type: persistentVolumeClaims as ResourceType,
  requests: (cluster, claim, _previous, cache) =>
    cache
      .list<Pod>(cluster, pods, claim.metadata.namespace)
      .filter((pod) => pod.status?.podIP === undefined)
      .filter((pod) =>
        pod.spec.volumes?.some((volume) => volume.persistentVolumeClaim?.claimName === claim.metadata.name),
      )
      .map((pod) => ({ cluster, namespace: pod.metadata.namespace, name: pod.metadata.name })),
};

/** Services are in containers' environments: they are to be in the cache, and wake nobody. */
const knowsServices: Trigger = { type: services as ResourceType, requests: () => [] };

/** Drives the runtime for Pods bound to this node, and writes their status: what a kubelet does. */
export function podController(
  options: NodeOptions,
  nodeObjects: NodeObjects,
  waker: PodWaker,
): Controller<Pod> {
  const { runtime, clock, logger } = options;
  const memories = new Map<string, PodMemory>();
  const nodeName = options.name ?? defaultNodeName;
  const events = new PodEvents(clock, logger);
  return {
    name: podControllerName,
    type: pods,
    concurrency: 32,
    triggers: [claimBound, knowsServices],
    reconcile: async (request, context) => {
      const key = `${request.cluster}/${request.namespace}/${request.name}`;
      const client = context.clusters.client(request.cluster);
      const pod = context.object;
      const known = memories.get(key);
      if (known !== undefined && known.uid !== pod?.metadata.uid) {
        // Removed behind our back: what ran under the name must not run on.
        const { cluster, namespace = "default", name } = request;
        known.close();
        memories.delete(key);
        known.isEnding = true;
        await known.operations.underWay(sandboxKey);
        await runtime.removeSandbox({ cluster, namespace, name, uid: known.uid }, 0);
      }
      if (pod === undefined) return { outcome: "settled" };
      const memory = memories.get(key) ?? new PodMemory(pod.metadata.uid ?? "", clock);
      const wake = () => waker.wake(request);
      const identity = identityOf(request.cluster, pod);
      const work: PodWork = {
        request,
        context,
        client,
        options,
        runtime,
        pod,
        identity,
        memory,
        events,
        wake,
      };
      if (pod.spec.nodeName === undefined) {
        if (pod.metadata.deletionTimestamp !== undefined) return { outcome: "settled" };
        await nodeObjects.ensure(request.cluster, client);
        return { outcome: "settled" };
      }
      if (pod.spec.nodeName !== nodeName) return { outcome: "settled" };
      memories.set(key, memory);
      const result = await runPod(work);
      if (result === "removed") memories.delete(key);
      return result === "removed" ? { outcome: "settled" } : result;
    },
  };
}
