import type { PodObservation } from "@catalyst/ports/containers";
import type { Container, Pod } from "@catalyst/ports/kubernetes";
import { observed } from "../facts.ts";
import type { PodFailure } from "../memory.ts";
import { containerKey, type Hurry } from "../operations.ts";
import { isSidecar } from "../restart.ts";
import { type PodWork, say } from "../work.ts";
import { endContainer } from "./stop.ts";

/**
 * Ends everything of a Pod: its containers at once, then its sidecars from the last to the first, then the sandbox.
 * What ended stays for its log.
 */
export async function finishPod(
  work: PodWork,
  observation: PodObservation | undefined,
  failure: PodFailure | undefined,
  hurry: Hurry,
): Promise<void> {
  const { pod, runtime, identity, memory } = work;
  memory.isEnding = true;
  if (failure !== undefined && memory.failure === undefined) {
    memory.failure = failure;
    say(work, failure.disruption === undefined ? "Normal" : "Warning", failure.reason, failure.message);
  }
  const grace = failure?.grace ?? graceOf(pod);
  const isRunning = (container: Container) => observed(observation, container)?.state === "running";
  const end = async (container: Container, turn?: Promise<unknown>) => {
    if (!runtime.capabilities.simulated)
      say(work, "Normal", "Killing", `Stopping container ${container.name}`, container);
    if (await runsAfterOthers(work, container, grace))
      await endContainer(work, container, { grace, hurry, turn });
  };
  const inits = (pod.spec.initContainers ?? []).filter(isRunning);
  const { containers, ephemeralContainers = [] } = pod.spec;
  const mains = [...containers, ...ephemeralContainers].filter(isRunning).map((container) => end(container));
  const plain = inits.filter((init) => !isSidecar(init)).map((container) => end(container));
  let before: Promise<unknown> = Promise.all(mains);
  const sidecars = inits
    .filter(isSidecar)
    .toReversed()
    .map((container) => {
      const ending = end(container, before);
      before = Promise.all([before, ending]);
      return ending;
    });
  await Promise.all([...mains, ...plain, ...sidecars]);
  await runtime.stopSandbox(identity);
}

/** Lets end what is under way for a container, such as its hook, and tells whether it still runs then. */
async function runsAfterOthers(work: PodWork, container: Container, grace: number): Promise<boolean> {
  const others = work.memory.operations.hurry(containerKey(container), grace);
  if (others === undefined) return true;
  await others;
  const observation = await work.runtime.inspect(work.pod, work.identity);
  return observed(observation, container)?.state === "running";
}

/** Seconds a Pod's containers have to end. */
export function graceOf(pod: Pod): number {
  const { deletionGracePeriodSeconds } = pod.metadata as { readonly deletionGracePeriodSeconds?: number };
  return deletionGracePeriodSeconds ?? pod.spec.terminationGracePeriodSeconds ?? 30;
}
