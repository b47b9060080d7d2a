import { errorMessage, isCatalystError } from "@catalyst/base/errors";
import { jsonEqual } from "@catalyst/base/json";
import { checkMachineAccess } from "../machine-access.ts";
import { References } from "../references.ts";
import { volumesOf } from "../volume/volumes.ts";
import { type PodWork, say } from "../work.ts";
import { referenceRetry } from "./start.ts";

/** How often the content of volumes is read again, in milliseconds: what the kubelet's sync frequency is. */
const refreshInterval = 60_000;

/** Sets up volumes and the sandbox; what prevents it is remembered with a time to retry. */
export async function createSandbox(work: PodWork): Promise<void> {
  const { client, pod, identity, runtime, memory, options, context } = work;
  try {
    if (!runtime.capabilities.simulated) checkMachineAccess(options.machineAccess, pod);
    const references = new References(client, pod);
    const volumes = await volumesOf({ work, references, address: "" });
    await runtime.createSandbox({ identity, pod, volumes });
    memory.sandboxObstacle = undefined;
    memory.shown = shownOf(work);
    memory.refreshAt = context.clock.now() + refreshInterval;
  } catch (error) {
    if (!isCatalystError(error)) throw error;
    const isMount = error.code === "pod-reference-missing" || error.code === "pod-volume-unsupported";
    const reason = isMount ? "FailedMount" : "FailedCreatePodSandBox";
    const message = isMount ? error.message : `Failed to create pod sandbox: ${errorMessage(error)}`;
    if (memory.sandboxObstacle?.message !== message) say(work, "Warning", reason, message);
    const failures = (memory.sandboxObstacle?.failures ?? 0) + 1;
    const now = context.clock.now();
    memory.sandboxObstacle = { reason, message, failures, failedAt: now, retryAt: now + referenceRetry };
  }
}

/**
 * Reads the volumes' content again when that is due: ConfigMaps and Secrets change, tokens expire, labels and
 * annotations are shown in files, and what another run of this program set up has to be known before a container
 * can be started anew. Gives the time of the next look; a simulation has no files.
 */
export async function refreshVolumes(work: PodWork): Promise<number | undefined> {
  const { client, pod, identity, runtime, memory, context } = work;
  if (runtime.capabilities.simulated || (pod.spec.volumes ?? []).length === 0) return undefined;
  const isDue = memory.refreshAt === undefined || memory.refreshAt <= context.clock.now();
  if (!isDue && jsonEqual(memory.shown ?? null, shownOf(work))) return memory.refreshAt;
  try {
    const references = new References(client, pod);
    const address = pod.status?.podIP ?? "";
    await runtime.refreshVolumes({ identity, pod, volumes: await volumesOf({ work, references, address }) });
  } catch (error) {
    // What was deleted meanwhile stays in the volume as it was.
    if (!isCatalystError(error, "pod-reference-missing")) throw error;
  }
  memory.shown = shownOf(work);
  memory.refreshAt = context.clock.now() + refreshInterval;
  return memory.refreshAt;
}

function shownOf({ pod }: PodWork) {
  return { labels: pod.metadata.labels ?? {}, annotations: pod.metadata.annotations ?? {} };
}
