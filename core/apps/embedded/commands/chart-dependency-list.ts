import { dependencyStatuses, printDependencyStatuses } from "@catalyst/charts";
import type { Call, Command, ExitCode } from "../cli/command.ts";
import { chartAt } from "./chart/load.ts";

/** Lists a chart's dependencies and whether its charts folder has them, as `helm dependency list` does. */
export const chartDependencyList: Command = {
  positionals: "CHART",
  count: { min: 1, max: 1 },
  options: {},
  examples: ["./catalyst chart dependency list platform/wordpress/chart"],
  run: list,
};

async function list({ arguments: given, folder, terminal }: Call): Promise<ExitCode> {
  const path = given.positionals[0] ?? "";
  const chart = await chartAt(folder, path);
  const dependencies = dependencyStatuses(chart).map(({ dependency, status }) => ({
    name: dependency.name,
    version: dependency.version,
    repository: dependency.repository,
    status,
  }));
  terminal.result({ dependencies }, printDependencyStatuses(chart, path));
  return 0;
}
