import type { Scenario } from "./scenario.ts";
import { claimScenarios } from "./scenarios/claims.ts";
import { customScenarios } from "./scenarios/custom.ts";
import { policyScenarios } from "./scenarios/policies.ts";
import { registrationScenarios } from "./scenarios/registration.ts";
import { reviewScenarios } from "./scenarios/reviews.ts";
import { runtimeClassScenarios } from "./scenarios/runtime-classes.ts";
import { webhookScenarios } from "./scenarios/webhooks.ts";

/** Everything about admission that is compared with a real API server. */
export const scenarios: readonly Scenario[] = [
  ...registrationScenarios,
  ...webhookScenarios,
  ...customScenarios,
  ...policyScenarios,
  ...runtimeClassScenarios,
  ...reviewScenarios,
  ...claimScenarios,
];
