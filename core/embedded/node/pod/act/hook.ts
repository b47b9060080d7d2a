import { errorMessage } from "@catalyst/base/errors";
import type { Container, ProbeHandler } from "@catalyst/ports/kubernetes";
import { fullName } from "../names.ts";
import { httpGet } from "../probe/http.ts";
import { portOf } from "../probe/port.ts";
import { mayCallMachine } from "../probe/reach.ts";
import type { PodWork } from "../work.ts";

/** Runs a lifecycle hook to its end; gives what went wrong, in the kubelet's words. */
export async function runHook(
  work: PodWork,
  container: Container,
  hook: ProbeHandler,
  address: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const where = `for Container "${container.name}" in Pod "${fullName(work.pod)}"`;
  try {
    const problem = await runHandler(work, container, hook, address, signal);
    return problem === undefined ? undefined : `${nameOf(hook)} ${where} failed - error: ${problem}`;
  } catch (error) {
    return `${nameOf(hook)} ${where} failed - error: ${errorMessage(error)}`;
  }
}

function nameOf({ exec, httpGet: get, sleep }: ProbeHandler): string {
  if (exec !== undefined) return `Exec lifecycle hook ([${(exec.command ?? []).join(" ")}])`;
  return get !== undefined
    ? `HTTP lifecycle hook (${get.path ?? "/"})`
    : `Sleep lifecycle hook (${sleep?.seconds ?? 0})`;
}

async function runHandler(
  work: PodWork,
  container: Container,
  { exec, httpGet: get, sleep }: ProbeHandler,
  address: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (sleep !== undefined) await work.context.clock.sleep(sleep.seconds * 1000, signal);
  // Whatever the server answers, it was told.
  if (get !== undefined)
    await httpGet(get, address, portOf(container, get.port), {
      signal,
      agent: "lifecycle",
      loopback: mayCallMachine(work),
    });
  if (exec === undefined) return undefined;
  const command = exec.command ?? [];
  const { exitCode, output } = await work.runtime.exec(work.identity, container.name, command, signal);
  if (exitCode === 0) return undefined;
  return `command '${command.join(" ")}' exited with ${exitCode}: , message: ${JSON.stringify(output)}`;
}
