import { type ChildProcess, fork } from "node:child_process";
import { setPriority } from "node:os";

/** How long it may take to end before it is killed, in milliseconds. */
const endLimit = 15_000;

/**
 * Builds the lab's components beside its tests, which wait more than they work, so that the next file finds what it
 * needs. What fails there isn't told: the tests that need it build it again and say why. Gives the function that ends
 * it; it ends as well when this process does, since it has a channel to it.
 */
export function buildAhead(script: string): () => Promise<void> {
  const builder = fork(script, ["build"], { stdio: ["ignore", "ignore", "ignore", "ipc"] });
  builder.once("error", () => undefined);
  if (builder.pid !== undefined) setPriority(builder.pid, 10);
  return () => end(builder);
}

function end(builder: ChildProcess): Promise<void> {
  return new Promise((done) => {
    if (builder.pid === undefined || builder.exitCode !== null || builder.signalCode !== null) return done();
    const timer = setTimeout(() => builder.kill("SIGKILL"), endLimit);
    builder.once("exit", () => {
      clearTimeout(timer);
      done();
    });
    builder.kill();
  });
}
