import type { Scenario } from "./scenario.ts";
import { webhookScenarios } from "./scenarios/webhooks.ts";

/** Everything about admission that is compared with a real API server. */
export const scenarios: readonly Scenario[] = [...webhookScenarios];
