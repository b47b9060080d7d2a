import { type Deferred, deferred } from "@catalyst/base/jobs";
import { openThreads, type ThreadsOptions } from "@catalyst/embedded-threads";
import type { sovereignJobs } from "./jobs.ts";

type SovereignJobs = typeof sovereignJobs;

/** The Sovereign's threads and what they do. */
export interface SovereignThreads {
  readonly work: Deferred<SovereignJobs>;
  close(): Promise<void>;
}

/** The names alone: what does the jobs is large, and is loaded on the threads only. */
const names: Readonly<Record<keyof SovereignJobs, true>> = {
  describeChart: true,
  describeValues: true,
  explainValues: true,
  fileChanges: true,
  objectChanges: true,
  packFiles: true,
  printMasked: true,
  readManifest: true,
  renderObjects: true,
  renderRelease: true,
  repackLayer: true,
};

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
    work: deferred(Object.keys(names) as (keyof SovereignJobs)[], threads.run.bind(threads)),
    close: () => threads.close(),
  };
}
