import type { Deferred } from "@catalyst/base/jobs";
import { fileChanges } from "../plan/files.ts";
import { objectChanges } from "../plan/objects.ts";
import { renderObjects } from "./render.ts";

/** The work of planning that takes long and needs nothing but its input. */
export const planJobs = { fileChanges, objectChanges, renderObjects } as const;

/** The same, as planning calls it: done on this thread or another. */
export type PlanWork = Deferred<typeof planJobs>;
