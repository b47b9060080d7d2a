import type { Container } from "@catalyst/ports/kubernetes";
import type { StopCause } from "../decide.ts";
import type { Hurry } from "../operations.ts";
import { type PodWork, say } from "../work.ts";
import { runHook } from "./hook.ts";

/** Even a container without grace gets a moment, in seconds, as the kubelet gives it. */
const leastGrace = 2;

const causes: Readonly<Record<StopCause, string>> = {
  liveness: "failed liveness probe",
  startup: "failed startup probe",
  resize: "resize requires restart",
};

/** Ends a container that its Pod goes on with; it starts again as its restart policy says. */
export async function stopContainer(
  work: PodWork,
  container: Container,
  cause: StopCause,
  hurry: Hurry,
): Promise<void> {
  const { pod } = work;
  const policy = container.restartPolicy ?? pod.spec.restartPolicy ?? "Always";
  const again = policy === "Never" ? "" : ", will be restarted";
  say(work, "Normal", "Killing", `Container ${container.name} ${causes[cause]}${again}`, container);
  const probe = { liveness: container.livenessProbe, startup: container.startupProbe, resize: undefined }[
    cause
  ];
  const grace = probe?.terminationGracePeriodSeconds ?? pod.spec.terminationGracePeriodSeconds ?? 30;
  await endContainer(work, container, { grace, hurry });
}

export interface EndOptions {
  /** Seconds for everything: hook, turn and end. */
  readonly grace: number;
  readonly hurry: Hurry;
  /** Resolves when those have ended that are to end before. */
  readonly turn?: Promise<unknown> | undefined;
}

/** Runs a container's hook, waits for its turn, asks it to end and kills it at the end of its grace. */
export async function endContainer(work: PodWork, container: Container, options: EndOptions): Promise<void> {
  const { clock } = work.context;
  const { grace, hurry, turn } = options;
  const begun = clock.now();
  const left = () => grace - Math.floor((clock.now() - begun) / 1000);
  await preStop(work, container, left(), hurry.signal);
  if (turn !== undefined && left() > 0) await within(work, turn, left(), hurry.signal);
  const seconds = Math.max(left(), leastGrace);
  await work.runtime.stopContainer(work.identity, container.name, seconds, hurry.signal);
}

async function preStop(
  work: PodWork,
  container: Container,
  seconds: number,
  hurry: AbortSignal,
): Promise<void> {
  const hook = container.lifecycle?.preStop;
  if (hook === undefined || seconds <= 0 || !work.runtime.capabilities.exec) return;
  const address = work.pod.status?.podIP ?? "";
  const late = AbortSignal.any([hurry, AbortSignal.timeout(seconds * 1000)]);
  const running = runHook(work, container, hook, address, late);
  // A hook that doesn't listen to the signal isn't waited for either.
  const problem = await Promise.race([running, aborted(late)]);
  if (problem !== undefined && !late.aborted)
    say(work, "Warning", "FailedPreStopHook", "PreStopHook failed", container);
}

async function within(
  work: PodWork,
  turn: Promise<unknown>,
  seconds: number,
  hurry: AbortSignal,
): Promise<void> {
  const stop = new AbortController();
  const late = work.context.clock.sleep(seconds * 1000, stop.signal).catch(() => undefined);
  await Promise.race([turn, late, aborted(hurry)]);
  stop.abort();
}

function aborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(undefined);
    else signal.addEventListener("abort", () => resolve(undefined), { once: true });
  });
}
