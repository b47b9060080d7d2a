import { dependencyStatuses, printDependencyStatuses } from "@catalyst/charts";
import type { Command } from "../cli/command.ts";
import { chartAt } from "./chart/load.ts";

/** Prints a chart's dependencies and whether its charts folder has them. */
export const chartDependencyList: Command = {
  positionals: "CHART",
  count: { min: 1, max: 1 },
  options: {},
  examples: ["./catalyst chart dependency list platform/wordpress/chart"],
  run: async ({ arguments: given, folder, terminal }) => {
    const [path = ""] = given.positionals;
    const chart = await chartAt(folder, path);
    terminal.result({ dependencies: dependencyStatuses(chart) }, printDependencyStatuses(chart, path));
    return 0;
  },
};
