import { buildDependencies } from "@catalyst/charts";
import type { Command } from "../cli/command.ts";
import { dependencyOptions, runDependencies } from "./chart/dependencies.ts";

/** Fills a chart's charts folder by its lock, as `helm dependency build`; without a lock it writes one. */
export const chartDependencyBuild: Command = {
  positionals: "[CHART]",
  count: { min: 0, max: 1 },
  options: dependencyOptions,
  examples: ["./catalyst chart dependency build ./my-chart"],
  run: (call) => runDependencies(buildDependencies, "if there", call),
};
