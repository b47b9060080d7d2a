import type { Scenario } from "./scenario.ts";
import { autoscalerScenarios } from "./scenarios/autoscalers.ts";
import { certificateScenarios } from "./scenarios/certificates.ts";
import { jobScenarios } from "./scenarios/jobs.ts";
import { policyScenarios } from "./scenarios/policies.ts";
import { serviceScenarios } from "./scenarios/services.ts";
import { setScenarios } from "./scenarios/sets.ts";

/** What is done to a real cluster and to the embedded one, whose end states are to be the same. */
export const scenarios: readonly Scenario[] = [
  ...setScenarios,
  ...jobScenarios,
  ...serviceScenarios,
  ...policyScenarios,
  ...certificateScenarios,
  ...autoscalerScenarios,
];
