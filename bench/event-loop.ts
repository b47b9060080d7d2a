import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** The delays of a Sovereign's event loop since they were last asked for, in milliseconds. */
export interface EventLoopReport {
  readonly longest: number;
  readonly p99: number;
}

/** Watches a Sovereign's event loop from inside, without a change to it. */
export interface EventLoopProbe {
  /** What the Sovereign's process must be started with. */
  readonly environment: Readonly<Record<string, string>>;
  read(pid: number): Promise<EventLoopReport>;
  close(): void;
}

/** Makes a probe for one process at a time. */
export function eventLoopProbe(): EventLoopProbe {
  const folder = mkdtempSync(join(tmpdir(), "bench-event-loop-"));
  const file = join(folder, "report");
  return {
    environment: {
      NODE_OPTIONS: `--require=${JSON.stringify(join(import.meta.dirname, "event-loop-probe.cjs"))}`,
      CATALYST_EVENT_LOOP_REPORT: file,
    },
    read: async (pid) => {
      rmSync(file, { force: true });
      process.kill(pid, "SIGUSR2");
      for (;;) {
        try {
          return JSON.parse(readFileSync(file, "utf8")) as EventLoopReport;
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
        }
        await sleep(5);
      }
    },
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
}
