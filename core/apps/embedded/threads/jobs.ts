import { planJobs } from "@catalyst/blueprint/work";
import { fluxJobs } from "@catalyst/embedded-flux/jobs";

/** Everything that is done on threads. */
export const sovereignJobs = { ...fluxJobs, ...planJobs } as const;
