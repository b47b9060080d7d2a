import { unreachable } from "@catalyst/base/errors";
import { jsonEqual } from "@catalyst/base/json";
import { type Pod, persistentVolumeClaims, pods, type ResourceType } from "@catalyst/ports/kubernetes";
import type { Controller, ReconcileResult, Trigger } from "@catalyst/reconciler";
import type { NodeObjects } from "../node-object.ts";
import { defaultNodeName, type NodeOptions } from "../options.ts";
import { createSandbox, mountRetry, refreshVolumes, startContainer, stopContainer } from "./act.ts";
import { decidePod, type PodAction } from "./decide.ts";
import { PodMemory } from "./memory.ts";
import { probePod } from "./probe.ts";
import { podStatus } from "./status.ts";
import { identityOf, type PodWork } from "./work.ts";

/** Steps of one pass: a Pod whose containers start one after the other needs one step each. */
const stepLimit = 20;

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

/** Drives the runtime for Pods bound to this node, and writes their status: what a kubelet does. */
export function podController(options: NodeOptions, nodeObjects: NodeObjects): Controller<Pod> {
  const memories = new Map<string, PodMemory>();
  const nodeName = options.name ?? defaultNodeName;
  return {
    name: "node",
    type: pods,
    concurrency: 32,
    triggers: [claimBound],
    reconcile: async (request, context) => {
      const key = `${request.cluster}/${request.namespace}/${request.name}`;
      const client = context.clusters.client(request.cluster);
      const pod = context.object;
      const known = memories.get(key);
      const work = (of: Pod, memory: PodMemory): PodWork => ({
        request,
        context,
        client,
        options,
        runtime: options.runtime,
        pod: of,
        identity: identityOf(request.cluster, of),
        memory,
      });
      if (known !== undefined && known.uid !== pod?.metadata.uid) {
        // Removed behind our back: what ran under the name must not run on.
        const { cluster, namespace = "default", name } = request;
        await options.runtime.removeSandbox({ cluster, namespace, name, uid: known.uid }, 0);
        memories.delete(key);
      }
      if (pod === undefined) return { outcome: "settled" };
      if (pod.spec.nodeName === undefined) {
        if (pod.metadata.deletionTimestamp !== undefined) return { outcome: "settled" };
        await nodeObjects.ensure(request.cluster, client);
        return { outcome: "settled" };
      }
      if (pod.spec.nodeName !== nodeName) return { outcome: "settled" };
      const memory = memories.get(key) ?? new PodMemory(pod.metadata.uid ?? "");
      memories.set(key, memory);
      if (pod.metadata.deletionTimestamp !== undefined) return end(work(pod, memory));
      return run(work(pod, memory));
    },
  };
}

async function run(work: PodWork): Promise<ReconcileResult> {
  const { pod, runtime, identity, memory, context } = work;
  if (pod.status?.phase === "Succeeded" || pod.status?.phase === "Failed") return { outcome: "settled" };
  let observation = await runtime.inspect(pod, identity);
  const refreshAt = observation === undefined ? undefined : await refreshVolumes(work);
  let probeAt: number | undefined;
  let lookAgainAt: number | undefined;
  for (let step = 0; step < stepLimit; step++) {
    if (observation !== undefined) probeAt = await probePod(work, observation);
    const decision = decidePod({ pod, observation, memory, now: context.clock.now() });
    lookAgainAt = decision.lookAgainAt;
    if (decision.actions.length === 0) break;
    let done = true;
    for (const action of decision.actions) done = (await act(work, action, observation)) && done;
    observation = await runtime.inspect(pod, identity);
    if (!done) {
      lookAgainAt = context.clock.now() + mountRetry;
      break;
    }
  }
  const now = context.clock.now();
  await writeStatus(work, { ...podStatus({ pod, observation, memory, now }) });
  const times = [probeAt, lookAgainAt, refreshAt].filter((time) => time !== undefined);
  return {
    outcome: "settled",
    recheckAfter: times.length === 0 ? undefined : Math.max(0, Math.min(...times) - now),
  };
}

/** Carries out one step; false when it has to be tried again later. */
async function act(
  work: PodWork,
  action: PodAction,
  observation: Awaited<ReturnType<PodWork["runtime"]["inspect"]>>,
): Promise<boolean> {
  switch (action.type) {
    case "create-sandbox":
      return createSandbox(work);
    case "start":
      if (observation === undefined) return false;
      await startContainer(work, action.container, action.attempt, observation);
      return true;
    case "stop":
      await stopContainer(work, action.container, action.why);
      return true;
    default:
      return unreachable(action);
  }
}

/** Stops a Pod within its grace and lets its object go. */
async function end(work: PodWork): Promise<ReconcileResult> {
  const { pod, identity, runtime, client, request } = work;
  const grace =
    (pod.metadata as { readonly deletionGracePeriodSeconds?: number }).deletionGracePeriodSeconds ??
    pod.spec.terminationGracePeriodSeconds ??
    30;
  await runtime.removeSandbox(identity, grace);
  await client.delete(pods, request, { uid: identity.uid, gracePeriodSeconds: 0 });
  return { outcome: "settled" };
}

async function writeStatus(work: PodWork, status: NonNullable<Pod["status"]>): Promise<void> {
  if (jsonEqual(work.pod.status ?? {}, status)) return;
  await work.client.updateStatus(pods, { ...work.pod, status });
}
