import { CatalystError, errorMessage, isCatalystError } from "@catalyst/base/errors";
import type { ProcessStreams, StreamChoice, TerminalSize } from "@catalyst/ports/containers";
import type { PodmanRest } from "../rest.ts";
import { pump } from "./pump.ts";

interface ExecState {
  readonly Running: boolean;
  readonly ExitCode: number;
  /** Of the process, as the machine sees it; 0 before it runs. */
  readonly Pid: number;
}

/** How often, and for how long, a command that closed its streams is looked at until it has ended (milliseconds). */
const interval = 20;
const patience = 10_000;

/**
 * Keys that would end a person's terminal, of which Kubernetes knows nothing. Podman takes its own (ctrl-p, ctrl-q)
 * unless it is given others; these, one by one and without a pause between any two of them, nobody types.
 */
const noDetachKeys = Array(8).fill("ctrl-_,ctrl-^").join(",");

/** Runs a command inside a running container with its streams, to its end; gives the exit code. */
export async function runCommand(
  rest: PodmanRest,
  container: string,
  command: readonly string[],
  choice: StreamChoice,
  streams: ProcessStreams,
): Promise<number> {
  const { Id } = (await rest.json("POST", `/containers/${container}/exec`, {
    Cmd: command,
    AttachStdin: choice.stdin,
    AttachStdout: choice.stdout,
    AttachStderr: choice.stderr || choice.tty,
    Tty: choice.tty,
    DetachKeys: noDetachKeys,
    ...(choice.tty ? { Env: ["TERM=xterm"] } : {}),
  })) as { readonly Id: string };
  const state = async () => (await rest.json("GET", `/exec/${Id}/json`)) as ExecState;
  const sizes = await firstSize(streams.sizes?.[Symbol.asyncIterator]());
  const connection = await start(rest, Id, choice, sizes.size, streams.signal);
  const stopSizes = follow(sizes.rest, (size) => resize(rest, `/exec/${Id}`, size));
  try {
    await pump(connection, streams, choice.tty);
  } finally {
    stopSizes();
  }
  if (streams.signal.aborted) await kill(await state());
  return exitCodeOf(state);
}

/** Podman's words for a command that can't be started are the runtime's: they name the program. */
async function start(
  rest: PodmanRest,
  id: string,
  { tty }: StreamChoice,
  size: TerminalSize | undefined,
  signal: AbortSignal,
) {
  try {
    return await rest.hijack(
      `/exec/${id}/start`,
      { Detach: false, Tty: tty, h: size?.height, w: size?.width },
      signal,
    );
  } catch (error) {
    if (!isCatalystError(error, "podman-failed")) throw error;
    throw new CatalystError("command-start-failed", errorMessage(error), { cause: error });
  }
}

async function exitCodeOf(state: () => Promise<ExecState>): Promise<number> {
  for (let waited = 0; ; waited += interval) {
    const { Running, ExitCode } = await state();
    if (!Running || waited >= patience) return ExitCode;
    await new Promise((resolve) => setTimeout(resolve, interval));
  }
}

/** Nobody is there any more who could end it: a shell would wait for input for ever. */
async function kill({ Running, Pid }: ExecState): Promise<void> {
  if (!Running || Pid <= 1) return;
  try {
    process.kill(Pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

/** Sets the size of the terminal of a container or a command. It may have ended meanwhile: then there is none. */
export async function resize(rest: PodmanRest, path: string, { width, height }: TerminalSize): Promise<void> {
  await rest.json("POST", `${path}/resize?h=${height}&w=${width}`, undefined, [404, 409, 500]);
}

/** How long a command waits for the size its terminal begins with (milliseconds). */
const sizePatience = 250;

/** The size a terminal begins with, if the caller tells it at once: podman can't change what it is just making. */
async function firstSize(sizes: AsyncIterator<TerminalSize, unknown, undefined> | undefined): Promise<First> {
  const next = sizes?.next();
  const late = new Promise<undefined>((resolve) => setTimeout(() => resolve(undefined), sizePatience));
  const first = next === undefined ? undefined : await Promise.race([next, late]);
  const rest = async function* (): AsyncGenerator<TerminalSize> {
    if (sizes === undefined || next === undefined) return;
    for (
      let each = first === undefined ? await next : await sizes.next();
      each.done !== true;
      each = await sizes.next()
    )
      yield each.value;
  };
  return { size: first === undefined || first.done === true ? undefined : first.value, rest: rest() };
}

interface First {
  readonly size: TerminalSize | undefined;
  /** The sizes that come later. */
  readonly rest: AsyncIterable<TerminalSize>;
}

/** Does something for each size, one after the other, until the result is called. */
export function follow(
  sizes: ProcessStreams["sizes"],
  take: (size: TerminalSize) => Promise<void>,
): () => void {
  let isOver = false;
  const run = async () => {
    for await (const size of sizes ?? []) {
      if (isOver) return;
      await take(size);
    }
  };
  // What ends the sizes ends the streams as well, where it is told.
  run().catch(() => undefined);
  return () => {
    isOver = true;
  };
}
