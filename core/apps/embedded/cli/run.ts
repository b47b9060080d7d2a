import type { CommandEntry } from "./command.ts";
import { main } from "./main.ts";

/** Runs this process as the command that its words name, until it is done or a signal ends it. */
export async function run(table: readonly CommandEntry[]): Promise<void> {
  // Whoever read it may be gone: `| head`, or the terminal that a Sovereign in the background was started from.
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE") throw error;
    });
  }

  let stop: AbortSignal | undefined;
  process.exitCode = await main({
    table,
    words: process.argv.slice(2),
    folder: process.cwd(),
    environment: process.env,
    // A command that works without a pause would not hear of a signal: only from one that asks it is kept.
    get signal() {
      stop ??= stopSignal();
      return stop;
    },
    stdout: process.stdout,
    stderr: process.stderr,
  });
}

/** Takes over what ends a process: gives what is aborted by it instead. */
function stopSignal(): AbortSignal {
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.once(signal, () => stop.abort(signal));
  }
  return stop.signal;
}
