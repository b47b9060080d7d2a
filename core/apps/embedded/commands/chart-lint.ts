import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { errorMessage } from "@catalyst/base/errors";
import {
  type LintMessage,
  type LintOptions,
  lintChart,
  printLintMessages,
  readChartFiles,
} from "@catalyst/charts";
import type { Arguments, Call, Command, ExitCode } from "../cli/command.ts";
import { capabilitiesOf, capabilityOptions } from "./chart/capabilities.ts";
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
    "kube-version": capabilityOptions["kube-version"],
    "skip-schema-validation": { type: "boolean", help: "Don't check the values against the chart's schema" },
    strict: { type: "boolean", help: "Take warnings for errors" },
    quiet: { type: "boolean", help: "Print only warnings and errors" },
    "with-subcharts": { type: "boolean", help: "Check the charts in the charts folder too" },
  },
  examples: ["./catalyst chart lint platform/static-site/chart --with-subcharts"],
  run: lint,
};

/** What was found in one chart. */
interface Linted {
  readonly chart: string;
  readonly messages: readonly LintMessage[];
  /** Why it couldn't be looked at. */
  readonly problem?: string;
}

async function lint({ arguments: given, folder, terminal }: Call): Promise<ExitCode> {
  const refused = new Set(given.flag("strict") ? ["ERROR", "WARNING"] : ["ERROR"]);
  const isQuiet = given.flag("quiet");
  const options = await lintOptions(given, folder);
  const charts = [];
  for (const path of chartPaths(given, folder)) {
    const linted = await lintAt(path, folder, options);
    const failed =
      linted.problem !== undefined || linted.messages.some(({ severity }) => refused.has(severity));
    const isWorthTelling = failed || linted.messages.some(({ severity }) => severity !== "INFO");
    charts.push({ ...linted, failed, isWorthTelling });
  }
  const failed = charts.filter((chart) => chart.failed).length;
  const shown = isQuiet ? charts.filter(({ isWorthTelling }) => isWorthTelling) : charts;
  const lines = shown.map((linted) => printLinted(linted, folder, isQuiet)).join("");
  const summary = `${charts.length} chart(s) linted, ${failed} chart(s) failed\n`;
  const data = charts.map(({ isWorthTelling: _, ...chart }) => chart);
  const isSummedUp = failed === 0 && !(isQuiet && shown.length === 0);
  terminal.result({ charts: data }, `${lines}${isSummedUp ? summary : ""}`);
  if (failed === 0) return 0;
  terminal.error(summary);
  return 1;
}

async function lintOptions(given: Arguments, folder: string): Promise<LintOptions> {
  return {
    values: await valuesOf(given, folder),
    namespace: given.text("namespace"),
    capabilities: capabilitiesOf(given),
    skipSchema: given.flag("skip-schema-validation"),
  };
}

/** The charts named, then those in their charts folders if these are wanted too. */
function chartPaths(given: Arguments, folder: string): string[] {
  if (!given.flag("with-subcharts")) return [...given.positionals];
  const inside = given.positionals.flatMap((path) => subchartPaths(join(path, "charts"), folder));
  return [...given.positionals, ...inside];
}

function subchartPaths(path: string, folder: string): string[] {
  if (!existsSync(resolve(folder, path))) return [];
  return readdirSync(resolve(folder, path), { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const inner = join(path, entry.name);
      if (entry.isDirectory()) return subchartPaths(inner, folder);
      if (entry.name === "Chart.yaml") return [path];
      return isArchive(entry.name) ? [inner] : [];
    });
}

function isArchive(path: string): boolean {
  return /\.(tgz|tar\.gz)$/.test(path);
}

async function lintAt(path: string, folder: string, options: LintOptions): Promise<Linted> {
  const target = resolve(folder, path);
  try {
    const isPacked = isArchive(path) && statSync(target).isFile();
    // A folder of something else isn't read.
    if (!isPacked && !existsSync(join(target, "Chart.yaml")))
      return { chart: path, messages: [], problem: withoutChartYaml(path, target) };
    const files = await readChartFiles(isPacked ? readFileSync(target) : target);
    if (files.some(({ name }) => name === "Chart.yaml")) {
      return { chart: path, messages: lintChart(files, options) };
    }
    return { chart: path, messages: [], problem: withoutChartYaml(path, target) };
  } catch (error) {
    return { chart: path, messages: [], problem: errorMessage(error) };
  }
}

/** Helm's words. */
function withoutChartYaml(path: string, target: string): string {
  const isFile = statSync(target, { throwIfNoEntry: false })?.isFile() === true;
  const problem = isFile ? "not a directory" : "no such file or directory";
  return `unable to check Chart.yaml file in chart: stat ${join(path, "Chart.yaml")}: ${problem}`;
}

function printLinted({ chart, messages, problem }: Linted, folder: string, isQuiet: boolean): string {
  const told = isQuiet ? messages.filter(({ severity }) => severity !== "INFO") : messages;
  const lines =
    problem === undefined ? printLintMessages(resolve(folder, chart), told) : `Error ${problem}\n`;
  return `==> Linting ${chart}\n${lines}\n`;
}
