import { CatalystError, isCatalystError } from "@catalyst/base/errors";
import { type Chart, printJsonPath, printMetadata } from "@catalyst/charts";
import type { Call, Command, ExitCode } from "../cli/command.ts";
import { UsageError } from "../cli/errors.ts";
import { chartFrom, sourceOptions } from "./chart/load.ts";

const decoder = new TextDecoder();

/** What can be shown of a chart, as `helm show` prints it; `all` is each in this order. */
const parts = {
  chart: ({ metadata }) => `${printMetadata(metadata)}\n`,
  values: (chart, jsonPath) => valuesOf(chart, jsonPath),
  readme: ({ files }) => linesOf(files.filter(({ name }) => /^readme(\.md|\.txt)?$/i.test(name)).slice(0, 1)),
  crds: (chart) => crdsOf(chart),
} satisfies Record<string, (chart: Chart, jsonPath?: string) => string>;

type Part = keyof typeof parts;

/** Prints a chart's definition, values, README and CustomResourceDefinitions. */
export const chartShow: Command = {
  positionals: "all|chart|values|readme|crds CHART",
  count: { min: 2, max: 2 },
  options: {
    ...sourceOptions,
    jsonpath: {
      type: "string",
      value: "TEMPLATE",
      help: "Of the values only what this finds: {.image.tag}",
    },
  },
  examples: [
    "./catalyst chart show values platform/static-site/chart",
    "./catalyst chart show values stable/web --jsonpath '{.image.tag}'",
  ],
  run: show,
};

async function show({ arguments: given, folder, terminal }: Call): Promise<ExitCode> {
  const [what = "", path = ""] = given.positionals;
  if (what !== "all" && !isPart(what))
    throw new UsageError(`a chart has no "${what}": it takes ${chartShow.positionals}`);
  if (what !== "values" && given.text("jsonpath") !== undefined)
    throw new UsageError("--jsonpath is for values");
  const chart = await chartFrom(given, folder, path);
  const text = what === "all" ? showAll(chart) : parts[what](chart, given.text("jsonpath"));
  terminal.result({ [what]: text }, text, { exact: true });
  return 0;
}

/** An empty template is none, as in helm. */
function valuesOf({ raw, values }: Chart, jsonPath: string | undefined): string {
  if (jsonPath === undefined || jsonPath === "")
    return linesOf(raw.filter(({ name }) => name === "values.yaml"));
  try {
    return printJsonPath(jsonPath, values);
  } catch (error) {
    if (!isCatalystError(error, "json-path-invalid")) throw error;
    throw new CatalystError(error.code, `error parsing jsonpath ${jsonPath}: ${error.message}`);
  }
}

function isPart(what: string): what is Part {
  return Object.hasOwn(parts, what);
}

function showAll(chart: Chart): string {
  const readme = parts.readme(chart);
  // A file without values is one too.
  const hasValues = chart.raw.some(({ name }) => name === "values.yaml");
  return [
    parts.chart(chart),
    !hasValues ? "" : `---\n${parts.values(chart, undefined)}`,
    readme === "" ? "" : `---\n${readme}`,
    parts.crds(chart),
  ].join("");
}

function crdsOf(chart: Chart): string {
  const own = chart.files
    .filter(({ name }) => name.startsWith("crds/") && /\.(ya?ml|json)$/i.test(name))
    .map(({ data }) => decoder.decode(data))
    .map((text) => `${text.startsWith("---") ? "" : "---\n"}${text}\n`);
  return [...own, ...chart.dependencies.map(crdsOf)].join("");
}

function linesOf(files: readonly { readonly data: Uint8Array }[]): string {
  return files.map(({ data }) => `${decoder.decode(data)}\n`).join("");
}
