import type { Scenario } from "../../scenario.ts";
import { definitionScenarios } from "./definitions.ts";
import { objectScenarios } from "./objects.ts";
import { ruleScenarios } from "./rules.ts";
import { typeScenarios } from "./types.ts";

/** CustomResourceDefinitions and their objects. */
export const customResourceScenarios: readonly Scenario[] = [
  ...definitionScenarios,
  ...ruleScenarios,
  ...objectScenarios,
  ...typeScenarios,
];
