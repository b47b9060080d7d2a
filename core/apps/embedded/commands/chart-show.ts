import { type Chart, printMetadata } from "@catalyst/charts";
import type { Call, Command, ExitCode } from "../cli/command.ts";
import { UsageError } from "../cli/errors.ts";
import { chartFrom, sourceOptions } from "./chart/load.ts";

const decoder = new TextDecoder();

/** What can be shown of a chart, as `helm show` prints it; `all` is each in this order. */
const parts = {
  chart: ({ metadata }) => `${printMetadata(metadata)}\n`,
  values: ({ raw }) => linesOf(raw.filter(({ name }) => name === "values.yaml")),
  readme: ({ files }) => linesOf(files.filter(({ name }) => /^readme(\.md|\.txt)?$/i.test(name)).slice(0, 1)),
  crds: (chart) => crdsOf(chart),
} satisfies Record<string, (chart: Chart) => string>;

type Part = keyof typeof parts;

/** Prints a chart's definition, values, README and CustomResourceDefinitions. */
export const chartShow: Command = {
  positionals: "all|chart|values|readme|crds CHART",
  count: { min: 2, max: 2 },
  options: sourceOptions,
  examples: ["./catalyst chart show values platform/static-site/chart"],
  run: show,
};

async function show({ arguments: given, folder, terminal }: Call): Promise<ExitCode> {
  const [what = "", path = ""] = given.positionals;
  if (what !== "all" && !isPart(what))
    throw new UsageError(`a chart has no "${what}": it takes ${chartShow.positionals}`);
  const chart = await chartFrom(given, folder, path);
  const text = what === "all" ? showAll(chart) : parts[what](chart);
  terminal.result({ [what]: text }, text);
  return 0;
}

function isPart(what: string): what is Part {
  return Object.hasOwn(parts, what);
}

function showAll(chart: Chart): string {
  const readme = parts.readme(chart);
  return [
    parts.chart(chart),
    chart.values.size === 0 ? "" : `---\n${parts.values(chart)}`,
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
