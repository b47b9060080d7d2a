import { type CatalystError, errorMessage, isCatalystError } from "@catalyst/base/errors";
import type { PodObservation } from "@catalyst/ports/containers";
import type { Container } from "@catalyst/ports/kubernetes";
import { endOf } from "./container-status.ts";
import { observed } from "./decide.ts";
import { environmentOf, expand } from "./environment.ts";
import { backoff, type Obstacle } from "./memory.ts";
import { References } from "./references.ts";
import { volumesOf } from "./volumes.ts";
import { type PodWork, say } from "./work.ts";

/** How long until volumes that couldn't be set up are tried again, in milliseconds. */
export const mountRetry = 2000;
/** How often the content of volumes is read again, in milliseconds. */
const refreshInterval = 120_000;

/** Sets up volumes and the sandbox; false when it has to be tried again, for what an event says. */
export async function createSandbox(work: PodWork): Promise<boolean> {
  const { client, pod, identity, runtime, memory } = work;
  try {
    const references = new References(client, pod);
    const volumes = await volumesOf({ client, pod, references, address: "" });
    await runtime.createSandbox({ identity, pod, volumes });
    memory.mountProblem = undefined;
    memory.refreshAt = work.context.clock.now() + refreshInterval;
    return true;
  } catch (error) {
    if (!isCatalystError(error)) throw error;
    const isMount = error.code === "pod-reference-missing" || error.code === "pod-volume-unsupported";
    const [reason, what] = isMount
      ? ["FailedMount", "MountVolume.SetUp failed"]
      : ["FailedCreatePodSandBox", "Failed to create pod sandbox"];
    const message = `${what}: ${errorMessage(error)}`;
    if (memory.mountProblem !== message) await say(work, "Warning", reason, message);
    memory.mountProblem = message;
    return false;
  }
}

/**
 * Reads the volumes' content again when that is due: ConfigMaps and Secrets change, tokens expire, and what
 * another run of this program set up has to be known before a container can be started anew. Gives the time of
 * the next look; a simulation has no files.
 */
export async function refreshVolumes(work: PodWork): Promise<number | undefined> {
  const { client, pod, identity, runtime, memory, context } = work;
  if (runtime.capabilities.simulated || (pod.spec.volumes ?? []).length === 0) return undefined;
  if (memory.refreshAt !== undefined && memory.refreshAt > context.clock.now()) return memory.refreshAt;
  try {
    const references = new References(client, pod);
    const address = pod.status?.podIP ?? "";
    await runtime.refreshVolumes({
      identity,
      pod,
      volumes: await volumesOf({ client, pod, references, address }),
    });
  } catch (error) {
    // What was deleted meanwhile stays in the volume as it was.
    if (!isCatalystError(error, "pod-reference-missing")) throw error;
  }
  memory.refreshAt = context.clock.now() + refreshInterval;
  return memory.refreshAt;
}

/** Starts one attempt of a container; what prevents it is remembered as an obstacle with a time to retry. */
export async function startContainer(
  work: PodWork,
  container: Container,
  attempt: number,
  observation: PodObservation,
): Promise<void> {
  const { memory, identity, runtime, pod, client, options } = work;
  const before = observed(observation, container);
  if (before?.state === "exited") memory.lastEnd.set(container.name, endOf(before));
  try {
    const imageId = await pull(work, container);
    const references = new References(client, pod);
    const api = await options.apiAddress?.(identity.cluster);
    const values = await environmentOf(pod, container, references, observation.address, api);
    const env = [...values].map(([name, value]) => ({ name, value }));
    const expanded = (texts: readonly string[] | undefined) => texts?.map((text) => expand(text, values));
    const { command, args, ...rest } = container;
    const plan: Container = {
      ...rest,
      ...(command === undefined ? {} : { command: expanded(command) ?? [] }),
      ...(args === undefined ? {} : { args: expanded(args) ?? [] }),
    };
    await runtime.startContainer(identity, { pod, container: plan, attempt, env, imageId });
    memory.obstacles.delete(container.name);
    await say(work, "Normal", "Started", startedMessage(work, container));
  } catch (error) {
    const reason = obstacleReasons[isCatalystError(error) ? error.code : ""];
    if (reason === undefined) throw error;
    await remember(work, container, reason, error as CatalystError);
  }
}

const obstacleReasons: Readonly<Record<string, Obstacle["reason"]>> = {
  "image-pull-failed": "ErrImagePull",
  "pod-reference-missing": "CreateContainerConfigError",
  "container-start-failed": "CreateContainerError",
};

function startedMessage({ runtime }: PodWork, container: Container): string {
  return runtime.capabilities.simulated
    ? `Simulated container ${container.name}: nothing runs, image ${container.image} would`
    : `Started container ${container.name}`;
}

async function pull({ runtime, pod, memory }: PodWork, container: Container): Promise<string> {
  const image = container.image ?? "";
  const id = await runtime.pullImage(pod, image, container.imagePullPolicy === "Always");
  memory.images.set(container.name, id);
  return id;
}

async function remember(
  work: PodWork,
  container: Container,
  reason: Obstacle["reason"],
  error: CatalystError,
): Promise<void> {
  const failures = (work.memory.obstacles.get(container.name)?.failures ?? 0) + 1;
  // A missing ConfigMap or Secret often comes a moment later: that is looked for without growing waits.
  const wait = reason === "CreateContainerConfigError" ? mountRetry : backoff(failures);
  const retryAt = work.context.clock.now() + wait;
  work.memory.obstacles.set(container.name, { reason, message: error.message, failures, retryAt });
  await say(work, "Warning", "Failed", `Error: ${reason}: ${error.message}`);
}

/** Ends a container that its probes found unhealthy; it starts again as its restart policy says. */
export async function stopContainer(work: PodWork, container: Container, why: string): Promise<void> {
  await say(work, "Normal", "Killing", `Container ${container.name} ${why}, will be restarted`);
  const grace = work.pod.spec.terminationGracePeriodSeconds ?? 30;
  await work.runtime.stopContainer(work.identity, container.name, grace);
}
