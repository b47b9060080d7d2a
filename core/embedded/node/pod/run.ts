import { unreachable } from "@catalyst/base/errors";
import type { PodObservation } from "@catalyst/ports/containers";
import { pods } from "@catalyst/ports/kubernetes";
import type { ReconcileResult } from "@catalyst/reconciler";
import { finishPod, graceOf } from "./act/finish.ts";
import { resizeContainer } from "./act/resize.ts";
import { createSandbox, refreshVolumes } from "./act/sandbox.ts";
import { startContainer } from "./act/start.ts";
import { stopContainer } from "./act/stop.ts";
import { decidePod, isOver, type PodAction } from "./decide.ts";
import type { Hurry } from "./operations.ts";
import { keepProbes } from "./probe/probes.ts";
import { podStatus } from "./status/status.ts";
import { writeStatus } from "./status/write.ts";
import { tellWaits } from "./tell.ts";
import { overfull } from "./volume/limits.ts";
import type { PodWork } from "./work.ts";

/** Steps of one pass: a Pod whose containers start one after the other needs one step each. */
const stepLimit = 20;

/** What ends within this time belongs to the pass, so that its status is written once. Milliseconds. */
const patience = 100;

/**
 * One pass over a Pod of this node: looks, does what is next, and writes its status. What takes long goes on beside
 * it and wakes the Pod when it has ended.
 */
export async function runPod(work: PodWork): Promise<ReconcileResult | "removed"> {
  const { pod, runtime, identity, memory, context } = work;
  memory.operations.rethrow();
  let observation = await runtime.inspect(pod, identity);
  const refreshAt = await lookAtVolumes(work, observation);
  let lookAgainAt: number | undefined;
  for (let step = 0; step < stepLimit; step++) {
    if (observation !== undefined) keepProbes(work, observation);
    const decision = decidePod({ pod, observation, memory, now: context.clock.now() });
    lookAgainAt = decision.lookAgainAt;
    if (decision.actions.some(({ type }) => type === "remove")) return remove(work, observation);
    const begun = decision.actions.flatMap((action) => begin(work, action, observation) ?? []);
    if (begun.length === 0 || !(await endsSoon(work, begun))) break;
    observation = await runtime.inspect(pod, identity);
  }
  const now = context.clock.now();
  const facts = { pod, observation, memory, now };
  tellWaits(work, facts);
  await writeStatus(work, podStatus(facts, memory.failure !== undefined || isOver(pod)));
  const times = [lookAgainAt, refreshAt, memory.measureAt].filter(
    (time): time is number => time !== undefined && Number.isFinite(time) && time > 0,
  );
  return {
    outcome: "settled",
    recheckAfter: times.length === 0 ? undefined : Math.max(0, Math.min(...times) - now),
  };
}

async function lookAtVolumes(
  work: PodWork,
  observation: PodObservation | undefined,
): Promise<number | undefined> {
  const { pod, memory } = work;
  const isEnding = pod.metadata.deletionTimestamp !== undefined || isOver(pod);
  if (observation?.isRunning !== true || isEnding || memory.failure !== undefined) {
    memory.measureAt = 0;
    return undefined;
  }
  memory.failure = await overfull(work);
  return refreshVolumes(work);
}

async function endsSoon({ context }: PodWork, begun: readonly Promise<void>[]): Promise<boolean> {
  const stop = new AbortController();
  const late = context.clock.sleep(patience, stop.signal).then(
    () => false,
    () => false,
  );
  const ended = await Promise.race([Promise.all(begun).then(() => true), late]);
  stop.abort();
  return ended;
}

/** Begins one step; undefined when it is under way. */
function begin(
  work: PodWork,
  action: PodAction,
  observation: PodObservation | undefined,
): Promise<void> | undefined {
  const { operations } = work.memory;
  const { key, run } = operationOf(work, action, observation);
  if (key === "finish" && operations.has(key) && work.pod.metadata.deletionTimestamp !== undefined)
    operations.hurry(key, graceOf(work.pod));
  return operations.begin(key, run, work.wake);
}

function operationOf(
  work: PodWork,
  action: PodAction,
  observation: PodObservation | undefined,
): { readonly key: string; run(hurry: Hurry): Promise<void> } {
  switch (action.type) {
    case "create-sandbox":
      return { key: "sandbox", run: () => createSandbox(work) };
    case "start":
      return {
        key: `container/${action.container.name}`,
        run: async () => {
          if (observation === undefined) return;
          await startContainer(work, action.container, action.attempt, observation);
        },
      };
    case "stop":
      return {
        key: `container/${action.container.name}`,
        run: (hurry) => stopContainer(work, action.container, action.cause, hurry),
      };
    case "resize":
      return {
        key: `container/${action.container.name}`,
        run: () => resizeContainer(work, action.container),
      };
    case "finish":
      return { key: "finish", run: (hurry) => finishPod(work, observation, action.failure, hurry) };
    case "remove":
      return { key: "finish", run: async () => undefined };
    default:
      return unreachable(action);
  }
}

/** Says how a deleted Pod ended, removes what is left of it, and lets its object go. */
async function remove(work: PodWork, observation: PodObservation | undefined): Promise<"removed"> {
  const { pod, runtime, identity, client, request, memory, context } = work;
  memory.close();
  memory.isEnding = true;
  if (pod.status?.startTime !== undefined) {
    const now = context.clock.now();
    await writeStatus(work, podStatus({ pod, observation, memory, now }, true));
  }
  await runtime.removeSandbox(identity, 0);
  await client.delete(pods, request, { uid: identity.uid, gracePeriodSeconds: 0 });
  return "removed";
}
