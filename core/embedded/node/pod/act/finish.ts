import type { PodObservation } from "@catalyst/ports/containers";
import type { Container, Pod } from "@catalyst/ports/kubernetes";
import { observed } from "../decide.ts";
import type { PodFailure } from "../memory.ts";
import type { Hurry } from "../operations.ts";
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
  const end = (container: Container, turn?: Promise<unknown>) => {
    say(work, "Normal", "Killing", `Stopping container ${container.name}`, container);
    return endContainer(work, container, { grace, hurry, turn });
  };
  const inits = (pod.spec.initContainers ?? []).filter(isRunning);
  const mains = pod.spec.containers.filter(isRunning).map((container) => end(container));
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

/** Seconds a Pod's containers have to end. */
export function graceOf(pod: Pod): number {
  const { deletionGracePeriodSeconds } = pod.metadata as { readonly deletionGracePeriodSeconds?: number };
  return deletionGracePeriodSeconds ?? pod.spec.terminationGracePeriodSeconds ?? 30;
}
