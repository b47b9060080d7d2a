import { type LintMessage, lintChart, printLintMessages } from "@catalyst/charts";
import type { Call, Command, ExitCode } from "../cli/command.ts";
import { chartAt } from "./chart/load.ts";
import { valueOptions, valuesOf } from "./chart/values.ts";

/** Checks a chart and prints what it found as `helm lint` does. */
export const chartLint: Command = {
  positionals: "CHART",
  count: { min: 1, max: 1 },
  options: {
    ...valueOptions,
    namespace: {
      type: "string",
      short: "n",
      value: "NAME",
      default: "default",
      help: "The release's namespace",
    },
    strict: { type: "boolean", help: "Fail on warnings too" },
  },
  examples: ["./catalyst chart lint platform/static-site/chart"],
  run: lint,
};

async function lint({ arguments: given, folder, terminal }: Call): Promise<ExitCode> {
  const path = given.positionals[0] ?? "";
  const chart = await chartAt(folder, path);
  const messages = lintChart(chart, {
    values: valuesOf(given, folder),
    namespace: given.text("namespace"),
  });
  const failed = messages.some((message) => isFailure(message, given.flag("strict")));
  const summary = `1 chart(s) linted, ${failed ? 1 : 0} chart(s) failed\n`;
  terminal.result({ messages, failed }, printLintMessages(path, messages) + summary);
  return failed ? 1 : 0;
}

function isFailure({ severity }: LintMessage, strict: boolean): boolean {
  return severity === "ERROR" || (strict && severity === "WARNING");
}
