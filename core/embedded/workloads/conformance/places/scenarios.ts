import type { Scenario } from "../scenario.ts";
import { preemptionScenarios } from "./scenarios/preemption.ts";
import { spreadScenarios } from "./scenarios/spread.ts";
import { taintScenarios } from "./scenarios/taints.ts";

/** What is asked of the real scheduler and node controllers and of the embedded ones, on nodes of each scenario's own. */
export const scenarios: readonly Scenario[] = [...preemptionScenarios, ...spreadScenarios, ...taintScenarios];
