import type { ContainerObservation } from "@catalyst/ports/containers";
import type { Container, Pod } from "@catalyst/ports/kubernetes";
import type { PodMemory } from "./memory.ts";

/** An init container that goes on running beside the others. */
export function isSidecar(container: Container): boolean {
  return container.restartPolicy === "Always";
}

/** A container that somebody added to look at what runs. */
export function isEphemeral(pod: Pod, { name }: Container): boolean {
  return pod.spec.ephemeralContainers?.some((each) => each.name === name) === true;
}

/**
 * Tells whether a container that ended is to run again: by the first of its own rules that fits, else by its own
 * policy, else by its Pod's; an ephemeral one never. Of init containers only those that failed are asked about.
 */
export function restartsAfter(pod: Pod, container: Container, exitCode: number): boolean {
  if (isEphemeral(pod, container)) return false;
  if (container.restartPolicy !== undefined && ruleFits(container, exitCode)) return true;
  switch (container.restartPolicy ?? pod.spec.restartPolicy) {
    case "Never":
      return false;
    case "OnFailure":
      return exitCode !== 0;
    default:
      return true;
  }
}

/** All of a rule's actions start the container again. */
function ruleFits(container: Container, exitCode: number): boolean {
  return (container.restartPolicyRules ?? []).some(({ exitCodes }) => {
    const isListed = exitCodes?.values?.includes(exitCode) === true;
    return exitCodes?.operator === "NotIn" ? !isListed : isListed;
  });
}

const firstBackoff = 10_000;
const longestBackoff = 300_000;
/** A container that ran this long begins its waits anew. */
const forgivenAfter = 2 * longestBackoff;

/** The wait before the next restart, and when the present attempt began. Milliseconds. */
export interface Backoff {
  readonly delay: number;
  readonly since: number;
}

/** Waits between attempts, as the kubelet's: 10 s, doubling, up to 5 min. */
export function backoff(failures: number): number {
  return Math.min(firstBackoff * 2 ** Math.max(0, failures - 1), longestBackoff);
}

/**
 * The wait that a container which ended has to keep; undefined when it may start at once: after its first end, and
 * when it ran for long. A node that has begun anew goes by the number of attempts.
 */
export function backoffOf(memory: PodMemory, ended: ContainerObservation): Backoff | undefined {
  const finishedAt = ended.finishedAt ?? 0;
  const derived =
    ended.attempt === 0 ? undefined : { delay: backoff(ended.attempt), since: ended.startedAt ?? finishedAt };
  const known = memory.backoffs.get(ended.name) ?? derived;
  return known === undefined || finishedAt - known.since > forgivenAfter ? undefined : known;
}

/** When a container that ended may run again. */
export function restartAt(memory: PodMemory, ended: ContainerObservation): number {
  return (ended.finishedAt ?? 0) + (backoffOf(memory, ended)?.delay ?? 0);
}

/** Notes that a container which ended is started again now: the next wait is twice as long. */
export function growBackoff(memory: PodMemory, ended: ContainerObservation, now: number): void {
  const known = backoffOf(memory, ended);
  const delay = known === undefined ? firstBackoff : Math.min(known.delay * 2, longestBackoff);
  memory.backoffs.set(ended.name, { delay, since: now });
}
