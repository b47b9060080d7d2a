import type { Scenario } from "./scenario.ts";
import { applyScenarios } from "./scenarios/apply.ts";
import { createScenarios, limitScenarios } from "./scenarios/create.ts";
import { customScenarios } from "./scenarios/custom.ts";
import { customResourceScenarios } from "./scenarios/custom-resources/index.ts";
import { emptyScenarios } from "./scenarios/empty.ts";
import { invalidScenarios } from "./scenarios/invalid.ts";
import { patchScenarios } from "./scenarios/patch.ts";
import { statusScenarios } from "./scenarios/status.ts";
import { tableScenarios } from "./scenarios/tables.ts";

/** Scenarios whose recorded answers are in one file, `golden/<golden>.json`. */
export interface Suite {
  readonly golden: string;
  readonly scenarios: readonly Scenario[];
}

const scenarios: readonly Scenario[] = [
  ...createScenarios,
  ...patchScenarios,
  ...applyScenarios,
  ...customScenarios,
  ...invalidScenarios,
  ...statusScenarios,
  ...emptyScenarios,
  ...limitScenarios,
  ...tableScenarios,
];

/** Everything that is compared with a real API server. */
export const suites: readonly Suite[] = [
  { golden: "answers", scenarios },
  { golden: "custom-resources", scenarios: customResourceScenarios },
];
