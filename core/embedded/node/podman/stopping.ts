import type { Clock } from "@catalyst/base/clock";
import type { PodmanRest } from "./rest.ts";

/** How often podman looks whether a container has ended, and how long after a kill it is waited for. */
const interval = "100ms";
const killPatience = 10_000;

/**
 * Sends a container its own stop signal, and kills it after the grace (seconds) or as soon as `hurry` aborts. Not
 * podman's own stop: that can't be hurried.
 */
export async function stopContainer(
  rest: PodmanRest,
  clock: Clock,
  id: string,
  grace: number,
  hurry?: AbortSignal,
): Promise<void> {
  const shown = (await rest.json("GET", `/containers/${id}/json`, undefined, [404])) as
    | { readonly Config: { readonly StopSignal?: number }; readonly State: { readonly Running: boolean } }
    | undefined;
  if (shown?.State.Running !== true) return;
  const signal = shown.Config.StopSignal ?? 15;
  const done = new AbortController();
  const ended = waitForEnd(rest, id, done.signal);
  try {
    await rest.json("POST", `/containers/${id}/kill?signal=${signal}`, undefined, [404, 409, 500]);
    const late = Promise.race([clock.sleep(grace * 1000, done.signal), aborted(hurry, done.signal)]);
    if (await Promise.race([ended.then(() => true), late.then(() => false)])) return;
    await rest.json("POST", `/containers/${id}/kill?signal=KILL`, undefined, [404, 409, 500]);
    await Promise.race([ended, clock.sleep(killPatience, done.signal)]);
  } finally {
    done.abort();
    await ended.catch(() => undefined);
  }
}

/** Also of a container that is gone. */
async function waitForEnd(rest: PodmanRest, id: string, signal: AbortSignal): Promise<void> {
  const path = `/containers/${id}/wait?condition=exited&condition=stopped&interval=${interval}`;
  const { body } = await rest.open("POST", path, undefined, signal);
  for await (const _ of body);
}

function aborted(hurry: AbortSignal | undefined, done: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (hurry?.aborted === true) resolve();
    hurry?.addEventListener("abort", () => resolve(), { once: true, signal: done });
  });
}
