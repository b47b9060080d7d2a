import type { Deferred } from "@catalyst/base/jobs";
import { packFiles, repackLayer } from "./artifacts/index.ts";
import { describeChart, readManifest, renderRelease } from "./helm-release/rendering.ts";

/** The work of the reconcilers that takes long and needs nothing but its input. */
export const fluxJobs = { describeChart, packFiles, readManifest, renderRelease, repackLayer } as const;

/** The same, as reconcilers call it: done on this thread or another. */
export type FluxWork = Deferred<typeof fluxJobs>;
