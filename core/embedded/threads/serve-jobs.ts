import { parentPort } from "node:worker_threads";
import { CatalystError } from "@catalyst/base/errors";
import type { Jobs } from "@catalyst/base/jobs";
import { postedError } from "@catalyst/base/posted-error";
import type { Answer, Order } from "./protocol.ts";

/** Does the orders of `openThreads`, one after the other: what a thread's first file calls. */
export function serveJobs(jobs: Jobs): void {
  const port = parentPort;
  if (port === null) throw new CatalystError("thread-missing", "jobs are served on a thread of their own");
  port.on("message", async ({ name, input }: Order) => {
    try {
      port.postMessage({ value: await jobNamed(jobs, name)(input as never) } satisfies Answer);
    } catch (error) {
      port.postMessage({ error: postedError(error) } satisfies Answer);
    }
  });
}

function jobNamed(jobs: Jobs, name: string): Jobs[string] {
  const job = Object.hasOwn(jobs, name) ? jobs[name] : undefined;
  if (job === undefined) throw new CatalystError("job-unknown", `there is no job "${name}"`);
  return job;
}
