import { dependencyStatuses, printDependencyStatuses } from "@catalyst/charts";
import type { Call, Command, ExitCode } from "../cli/command.ts";
import { UsageError } from "../cli/errors.ts";
import { chartAt } from "./chart/load.ts";

/** Prints a chart's dependencies and whether its charts folder has them. */
export const chartDependencyList: Command = {
  positionals: "[CHART]",
  count: { min: 0, max: 1 },
  options: {
    "max-col-width": { type: "string", value: "WIDTH", default: "80", help: "Where a cell is cut" },
  },
  examples: ["./catalyst chart dependency list platform/wordpress/chart"],
  run: list,
};

async function list({ arguments: given, folder, terminal }: Call): Promise<ExitCode> {
  const [path = "."] = given.positionals;
  const width = Number(given.text("max-col-width"));
  if (!Number.isInteger(width) || width < 4) throw new UsageError("--max-col-width takes a number from 4 on");
  const chart = await chartAt(folder, path);
  terminal.result({ dependencies: dependencyStatuses(chart) }, printDependencyStatuses(chart, path, width));
  return 0;
}
