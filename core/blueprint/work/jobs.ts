import type { Deferred } from "@catalyst/base/jobs";
import { fileChanges } from "../plan/files.ts";
import { printMasked } from "../plan/mask.ts";
import { objectChanges } from "../plan/objects.ts";
import { renderObjects } from "./render.ts";
import { describeValues, explainValues } from "./values.ts";

/** The work of planning, and of explaining a chart's values, that takes long and needs nothing but its input. */
export const planJobs = {
  describeValues,
  explainValues,
  fileChanges,
  objectChanges,
  printMasked,
  renderObjects,
} as const;

/** The same, as planning calls it: done on this thread or another. */
export type PlanWork = Deferred<typeof planJobs>;
