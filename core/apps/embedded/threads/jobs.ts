import { planJobs } from "@catalyst/blueprint/plan";
import { fluxJobs } from "@catalyst/embedded-flux/jobs";

/** Everything that is done on threads. */
export const sovereignJobs = { ...fluxJobs, ...planJobs } as const;
