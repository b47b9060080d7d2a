import { type Deferred, deferred } from "@catalyst/base/jobs";
import { openThreads, type ThreadsOptions } from "@catalyst/embedded-threads";
import { sovereignJobs } from "./jobs.ts";

/** The Sovereign's threads and what they do. */
export interface SovereignThreads {
  readonly work: Deferred<typeof sovereignJobs>;
  close(): Promise<void>;
}

/** Opens the threads on which a Sovereign does what takes long; none is started before there is work. */
export function openSovereignThreads(
  options: Omit<ThreadsOptions, "entry" | "keptOf"> = {},
): SovereignThreads {
  const threads = openThreads({
    ...options,
    entry: new URL("./thread.ts", import.meta.url),
    keptOf: (_name, input) => (input as { readonly archiveDigest?: string } | undefined)?.archiveDigest,
  });
  return {
    work: deferred(Object.keys(sovereignJobs) as (keyof typeof sovereignJobs)[], threads.run.bind(threads)),
    close: () => threads.close(),
  };
}
