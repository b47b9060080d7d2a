import { isAbsolute } from "node:path";
import { CatalystError, isCatalystError } from "@catalyst/base/errors";
import type { PodObservation, RuntimeImage } from "@catalyst/ports/containers";
import type { Container } from "@catalyst/ports/kubernetes";
import { environmentOf } from "../environment/environment.ts";
import { expand } from "../environment/expand.ts";
import { serviceVariables } from "../environment/service-variables.ts";
import { observed } from "../facts.ts";
import { checkMachineAccess } from "../machine-access.ts";
import type { Obstacle } from "../memory.ts";
import type { Hurry } from "../operations.ts";
import { References } from "../references.ts";
import { backoff, growBackoff } from "../restart.ts";
import { endOf } from "../status/container-status.ts";
import { checkNonRoot } from "../user.ts";
import { type PodWork, say } from "../work.ts";
import { runHook } from "./hook.ts";
import { ensureImage } from "./images.ts";

/** How long until what the API lacked is looked for again, in milliseconds: it often comes a moment later. */
export const referenceRetry = 2000;

export interface Start {
  readonly attempt: number;
  readonly observation: PodObservation;
  /** For the hook of a Pod that is to end meanwhile. */
  readonly hurry: Hurry;
}

/**
 * Starts one attempt of a container, with its hook; what prevents it is remembered as an obstacle with a time to
 * retry.
 */
export async function startContainer(
  work: PodWork,
  container: Container,
  { attempt, observation, hurry }: Start,
): Promise<void> {
  const { memory, context } = work;
  const before = observed(observation, container);
  if (before?.state === "exited") {
    memory.lastEnd.set(container.name, endOf(before));
    growBackoff(memory, before, context.clock.now());
  }
  memory.starting.add(container.name);
  try {
    await attemptStart(work, container, attempt, observation);
    memory.obstacles.delete(container.name);
    memory.resources.set(container.name, container.resources ?? {});
    await postStart(work, container, observation.address, hurry.signal);
  } catch (error) {
    const reason = obstacleReasons[isCatalystError(error) ? error.code : ""];
    if (reason === undefined || !isCatalystError(error)) throw error;
    remember(work, container, reason, error.message);
  } finally {
    memory.starting.delete(container.name);
  }
}

const obstacleReasons: Readonly<Record<string, string>> = {
  "image-pull-failed": "ErrImagePull",
  "image-never-pull": "ErrImageNeverPull",
  "image-name-invalid": "InvalidImageName",
  "pod-reference-missing": "CreateContainerConfigError",
  "container-config-refused": "CreateContainerConfigError",
  "pod-volume-unsupported": "CreateContainerConfigError",
  "container-create-failed": "CreateContainerError",
  "container-start-failed": "RunContainerError",
};

async function attemptStart(
  work: PodWork,
  container: Container,
  attempt: number,
  { address }: PodObservation,
): Promise<void> {
  const { runtime, identity, pod, memory } = work;
  const image = await ensureImage(work, container);
  memory.images.set(container.name, image.id);
  const plan = await resolved(work, container, image, address);
  // The Pod may have been deleted while its image was pulled.
  if (memory.isEnding) return;
  await runtime.startContainer(identity, { pod, attempt, imageId: image.id, ...plan });
  if (runtime.capabilities.simulated) {
    const message = `Simulated container ${container.name}: nothing runs, image ${container.image} would`;
    say(work, "Normal", "Started", message, container);
    return;
  }
  say(work, "Normal", "Created", "Container created", container);
  say(work, "Normal", "Started", "Container started", container);
}

/** The container with everything filled in that stands elsewhere. */
async function resolved(work: PodWork, container: Container, image: RuntimeImage, address: string) {
  const { client, pod, options, identity, runtime } = work;
  if (!runtime.capabilities.simulated) {
    checkMachineAccess(options.machineAccess, pod, container);
    checkNonRoot(pod, container, image.user);
  }
  const references = new References(client, pod);
  const api = await options.apiAddress?.(identity.cluster);
  const services = serviceVariables(work.context.cache, identity.cluster, pod, api);
  const values = await environmentOf({ pod, container, references, address, services });
  const expanded = (texts: readonly string[]) => texts.map((text) => expand(text, values));
  const { command, args, volumeMounts } = container;
  return {
    env: [...values].map(([name, value]) => ({ name, value })),
    container: {
      ...container,
      ...(command === undefined ? {} : { command: expanded(command) }),
      ...(args === undefined ? {} : { args: expanded(args) }),
      ...(volumeMounts === undefined
        ? {}
        : {
            volumeMounts: volumeMounts.map(({ subPathExpr, ...mount }) =>
              subPathExpr === undefined
                ? mount
                : { ...mount, subPath: subPathOf(expand(subPathExpr, values)) },
            ),
          }),
    },
  };
}

/** A way within its volume, whatever the variables made of it. Throws `container-config-refused`, as the kubelet. */
function subPathOf(path: string): string {
  if (isAbsolute(path))
    throw new CatalystError(
      "container-config-refused",
      `error SubPath \`${path}\` must not be an absolute path`,
    );
  if (path.split("/").includes(".."))
    throw new CatalystError(
      "container-config-refused",
      `unable to provision SubPath \`${path}\`: must not contain '..'`,
    );
  return path;
}

/** A container whose hook fails is ended, and its start has failed. */
async function postStart(
  work: PodWork,
  container: Container,
  address: string,
  hurry: AbortSignal,
): Promise<void> {
  const hook = container.lifecycle?.postStart;
  if (hook === undefined || !work.runtime.capabilities.exec) return;
  const signal = AbortSignal.any([work.context.signal, hurry]);
  const problem = await runHook(work, container, hook, address, signal);
  if (problem === undefined || hurry.aborted) return;
  // What the hook printed may be secret: it is in the status, which fewer may read, and not in the event.
  say(work, "Warning", "FailedPostStartHook", "PostStartHook failed", container);
  say(work, "Normal", "Killing", "FailedPostStartHook", container);
  const grace = work.pod.spec.terminationGracePeriodSeconds ?? 30;
  await work.runtime.stopContainer(work.identity, container.name, grace);
  remember(work, container, "PostStartHookError", problem);
}

function remember(work: PodWork, container: Container, reason: string, message: string): void {
  const { memory, context } = work;
  const failures = (memory.obstacles.get(container.name)?.failures ?? 0) + 1;
  const now = context.clock.now();
  const wait = reason === "CreateContainerConfigError" ? referenceRetry : backoff(failures);
  const obstacle: Obstacle = { reason, message, failures, failedAt: now, retryAt: now + wait };
  memory.obstacles.set(container.name, obstacle);
  const isImage = reason.includes("Image");
  if (reason !== "PostStartHookError")
    say(work, "Warning", "Failed", `Error: ${isImage ? reason : message}`, container);
}
