import type { Scenario } from "./exchange.ts";
import { impersonationScenarios } from "./scenarios/impersonation.ts";
import { reviewScenarios } from "./scenarios/reviews.ts";
import { roleScenarios } from "./scenarios/roles.ts";
import { tokenScenarios } from "./scenarios/tokens.ts";

/** Requests about access that were also answered by a real API server. */
export const scenarios: readonly Scenario[] = [
  ...reviewScenarios,
  ...roleScenarios,
  ...tokenScenarios,
  ...impersonationScenarios,
];
