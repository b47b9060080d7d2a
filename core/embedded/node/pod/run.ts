import { unreachable } from "@catalyst/base/errors";
import type { PodObservation } from "@catalyst/ports/containers";
import { pods } from "@catalyst/ports/kubernetes";
import type { ReconcileResult } from "@catalyst/reconciler";
import { finishPod, graceOf } from "./act/finish.ts";
import { resizeContainer } from "./act/resize.ts";
import { createSandbox, refreshVolumes } from "./act/sandbox.ts";
import { startContainer } from "./act/start.ts";
import { stopContainer } from "./act/stop.ts";
import { rejectedStatus, rejectionOf } from "./admission.ts";
import { decidePod, type PodAction } from "./decide.ts";
import { isOver } from "./facts.ts";
import { containerKey, type Hurry, sandboxKey } from "./operations.ts";
import { keepProbes } from "./probe/probes.ts";
import { podStatus } from "./status/status.ts";
import { writeStatus } from "./status/write.ts";
import { tellWaits } from "./tell.ts";
import { overfull } from "./volume/limits.ts";
import { type PodWork, say } from "./work.ts";

/** Steps of one pass: a Pod whose containers start one after the other needs one step each. */
const stepLimit = 20;

/** What ends within this time belongs to the pass, so that its status is written once. Milliseconds. */
const patience = 100;

/**
 * One pass over a Pod of this node: looks, does what is next, and writes its status. What takes long goes on beside
 * it and wakes the Pod when it has ended.
 */
export async function runPod(work: PodWork): Promise<ReconcileResult | "removed"> {
  const { pod, memory, context } = work;
  if (await reject(work)) return { outcome: "settled" };
  memory.operations.rethrow();
  let { observation, ended } = await observe(work);
  const refreshAt = await lookAtVolumes(work, observation);
  let lookAgainAt: number | undefined;
  for (let step = 0; step < stepLimit; step++) {
    // A start that ended meanwhile must not be taken for one to come.
    while (ended !== memory.operations.ended) ({ observation, ended } = await observe(work));
    if (observation !== undefined) keepProbes(work, observation);
    const decision = decidePod({ pod, observation, memory, now: context.clock.now() });
    lookAgainAt = decision.lookAgainAt;
    if (decision.actions.some(({ type }) => type === "remove")) {
      const making = memory.operations.underWay(sandboxKey);
      if (making === undefined) return remove(work, observation);
      // A sandbox that comes to be while the Pod is removed would outlive it.
      await making;
      ({ observation, ended } = await observe(work));
      continue;
    }
    const begun = decision.actions.flatMap((action) => begin(work, action, observation) ?? []);
    if (begun.length === 0 || !(await endsSoon(work, begun)) || memory.operations.hasFailed) break;
    ({ observation, ended } = await observe(work));
  }
  const now = context.clock.now();
  const facts = { pod, observation, memory, now };
  tellWaits(work, facts);
  await writeStatus(work, podStatus(facts, memory.failure !== undefined || isOver(pod)));
  // What failed within this pass wakes nobody: it is the pass that is tried again.
  memory.operations.rethrow();
  const times = [lookAgainAt, refreshAt, memory.measureAt].filter(
    (time): time is number => time !== undefined && Number.isFinite(time) && time > 0,
  );
  return {
    outcome: "settled",
    recheckAfter: times.length === 0 ? undefined : Math.max(0, Math.min(...times) - now),
  };
}

/** Tells whether the node doesn't take the Pod, having said so in its status. */
async function reject(work: PodWork): Promise<boolean> {
  const { pod, request, context } = work;
  const rejection = rejectionOf(pod, () => context.cache.list(request.cluster, pods));
  if (rejection === undefined) return false;
  say(work, "Warning", rejection.reason, rejection.message);
  await writeStatus(work, rejectedStatus(pod, rejection, context.clock.now()));
  return true;
}

/** The Pod as it is, and how many operations had ended before the look. */
async function observe({ runtime, pod, identity, memory }: PodWork) {
  const { ended } = memory.operations;
  return { observation: await runtime.inspect(pod, identity), ended };
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

/** Tells whether the pass may go on after what it began; what takes longer wakes the Pod when it has ended. */
async function endsSoon({ context, wake }: PodWork, begun: readonly Promise<void>[]): Promise<boolean> {
  const stop = new AbortController();
  const late = context.clock.sleep(patience, stop.signal).then(
    () => false,
    () => false,
  );
  const ended = await Promise.race([Promise.all(begun).then(() => true), late]);
  // With a reason of its own an abort costs nothing: one without makes an error, stack and all.
  stop.abort("over");
  if (!ended) for (const each of begun) void each.then(wake);
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
    void operations.hurry(key, graceOf(work.pod));
  return operations.begin(key, run);
}

function operationOf(
  work: PodWork,
  action: PodAction,
  observation: PodObservation | undefined,
): { readonly key: string; run(hurry: Hurry): Promise<void> } {
  switch (action.type) {
    case "create-sandbox":
      return { key: sandboxKey, run: () => createSandbox(work) };
    case "start":
      return {
        key: containerKey(action.container),
        run: async (hurry) => {
          if (observation === undefined) return;
          await startContainer(work, action.container, { attempt: action.attempt, observation, hurry });
        },
      };
    case "stop":
      return {
        key: containerKey(action.container),
        run: (hurry) => stopContainer(work, action.container, action.cause, hurry),
      };
    case "resize":
      return {
        key: containerKey(action.container),
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
