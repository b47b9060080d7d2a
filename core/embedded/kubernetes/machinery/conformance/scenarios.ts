import type { Scenario } from "./scenario.ts";
import { applyScenarios } from "./scenarios/apply.ts";
import { createScenarios, limitScenarios } from "./scenarios/create.ts";
import { customScenarios } from "./scenarios/custom.ts";
import { invalidScenarios } from "./scenarios/invalid.ts";
import { patchScenarios } from "./scenarios/patch.ts";
import { statusScenarios } from "./scenarios/status.ts";
import { tableScenarios } from "./scenarios/tables.ts";

/** Everything that is compared with a real API server. */
export const scenarios: readonly Scenario[] = [
  ...createScenarios,
  ...patchScenarios,
  ...applyScenarios,
  ...customScenarios,
  ...invalidScenarios,
  ...statusScenarios,
  ...limitScenarios,
  ...tableScenarios,
];
