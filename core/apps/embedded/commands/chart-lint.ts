import { lintChart, printLintMessages } from "@catalyst/charts";
import type { Call, Command, ExitCode } from "../cli/command.ts";
import { chartAt } from "./chart/load.ts";
import { valueOptions, valuesOf } from "./chart/values.ts";

/** Checks charts and prints what `helm lint` does; an error in one of them ends with exit code 1. */
export const chartLint: Command = {
  positionals: "CHART…",
  count: { min: 1, max: 100 },
  options: {
    ...valueOptions,
    namespace: {
      type: "string",
      short: "n",
      value: "NAME",
      default: "default",
      help: "The release's namespace",
    },
    strict: { type: "boolean", help: "Take warnings for errors" },
  },
  examples: ["./catalyst chart lint platform/static-site/chart"],
  run: lint,
};

async function lint({ arguments: given, folder, terminal }: Call): Promise<ExitCode> {
  const refused = new Set(given.flag("strict") ? ["ERROR", "WARNING"] : ["ERROR"]);
  const charts = [];
  for (const path of given.positionals) {
    const chart = await chartAt(folder, path);
    const messages = lintChart(chart, {
      values: valuesOf(given, folder),
      namespace: given.text("namespace"),
    });
    charts.push({ chart: path, messages, failed: messages.some(({ severity }) => refused.has(severity)) });
  }
  const failed = charts.filter((chart) => chart.failed).length;
  const lines = charts.map(({ chart, messages }) => printLintMessages(chart, messages)).join("");
  terminal.result({ charts }, `${lines}${charts.length} chart(s) linted, ${failed} chart(s) failed\n`);
  return failed === 0 ? 0 : 1;
}
