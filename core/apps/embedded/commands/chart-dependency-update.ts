import { updateDependencies } from "@catalyst/charts";
import type { Command } from "../cli/command.ts";
import { dependencyOptions, runDependencies } from "./chart/dependencies.ts";

/** Chooses the versions of a chart's dependencies anew, gets them and writes the lock, as `helm dependency update`. */
export const chartDependencyUpdate: Command = {
  positionals: "[CHART]",
  count: { min: 0, max: 1 },
  options: dependencyOptions,
  examples: ["./catalyst chart dependency update ./my-chart"],
  run: (call) => runDependencies(updateDependencies, "always", call),
};
