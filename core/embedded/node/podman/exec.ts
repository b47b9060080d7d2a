import { frameContents } from "./frames.ts";
import type { PodmanRest } from "./rest.ts";

/** How much of a command's output is kept (bytes). */
const outputLimit = 10_240;

/** Runs a command inside a running container, to its end. */
export async function executeCommand(
  rest: PodmanRest,
  container: string,
  command: readonly string[],
  signal: AbortSignal,
): Promise<{ readonly exitCode: number; readonly output: string }> {
  const { Id } = (await rest.json("POST", `/containers/${container}/exec`, {
    Cmd: command,
    AttachStdout: true,
    AttachStderr: true,
  })) as { readonly Id: string };
  const { body } = await rest.open("POST", `/exec/${Id}/start`, { Detach: false, Tty: false }, signal);
  const kept: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of frameContents(body)) {
    if (size < outputLimit) kept.push(chunk);
    size += chunk.length;
  }
  const { ExitCode } = (await rest.json("GET", `/exec/${Id}/json`)) as { readonly ExitCode: number };
  return { exitCode: ExitCode, output: Buffer.concat(kept).toString("utf8").slice(0, outputLimit) };
}
