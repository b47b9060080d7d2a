import { cpSync, existsSync, globSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import {
  type Chart,
  defaultCapabilities,
  loadChartFolder,
  parseKubeVersion,
  printManifest,
  readValues,
  refuseUninstallable,
  renderChart,
  seededRandom,
  setValues,
} from "@catalyst/charts";
import { fromJsonObject } from "../../core/charts/chart/values-file.ts";
import { readWrittenChart, writeChart } from "./written-chart.ts";

/** How a chart of this folder is rendered; the fields are `helm template`'s flags. */
export interface ChartCase {
  /** Text of one more template, `templates/case.yaml`. */
  readonly template?: string;
  readonly values?: object;
  /** Values as the text of a file, where they are more than JSON can say. */
  readonly valuesText?: string;
  readonly set?: readonly string[];
  readonly setString?: readonly string[];
  readonly setJson?: readonly string[];
  readonly namespace?: string;
  readonly kubeVersion?: string;
  readonly apiVersions?: readonly string[];
  readonly includeCrds?: boolean;
  readonly isUpgrade?: boolean;
  readonly showOnly?: readonly string[];
  readonly noHooks?: boolean;
  /** Gives what NOTES.txt says in place of the objects. */
  readonly notes?: boolean;
  readonly skipSchema?: boolean;
}

/** One rendering: a chart, a case and the file that holds what the real program printed. */
export interface GoldenCase {
  readonly title: string;
  /** The chart's folder, or the file that says what is in it. */
  readonly folder: string;
  readonly golden: string;
  readonly options: ChartCase;
}

export const releaseName = "demo";

/** Where charts lie that stand in for those that a chart wraps and that aren't there. */
export function standInsOf(chart: string): string {
  return join(chart, "tests/stand-ins");
}

/**
 * Calls `use` with the chart's folder: its own, or a copy with the case's own template, one written from its file, or one
 * with stand-ins for the charts that it wraps.
 */
export async function withCaseFolder<T>(
  folder: string,
  { template }: ChartCase,
  use: (folder: string) => T | Promise<T>,
): Promise<T> {
  const isWritten = folder.endsWith(".txt");
  const standIns = standInsOf(folder);
  const lacks = existsSync(standIns) && !existsSync(join(folder, "charts"));
  if (template === undefined && !isWritten && !lacks) return use(folder);
  const scratch = mkdtempSync(join(tmpdir(), "chart-case-"));
  try {
    if (isWritten) writeChart(readWrittenChart(folder, {}).files, scratch);
    else cpSync(folder, scratch, { recursive: true });
    if (lacks) cpSync(standIns, join(scratch, "charts"), { recursive: true });
    if (template !== undefined) writeFileSync(join(scratch, "templates/case.yaml"), template);
    return await use(scratch);
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

/**
 * Lists every case of every chart in this folder, and those of the shipped ones. A chart without cases has one, without
 * flags.
 */
export function goldenCases(root: string = import.meta.dirname): GoldenCase[] {
  return [...folderCases(root), ...writtenCases(join(root, "loading")), ...shippedCases()];
}

/** The cases that shipped charts bring, `chart/tests/cases.json`, with their golden files beside them. */
function shippedCases(): GoldenCase[] {
  const checkout = join(import.meta.dirname, "../..");
  return globSync("{platform,products}/*/chart/tests/cases.json", { cwd: checkout })
    .sort()
    .flatMap((file) => {
      const tests = join(checkout, dirname(file));
      const name = basename(join(tests, "../.."));
      return namedCases(join(checkout, file)).map(([title, options]) => ({
        title: `${name}: ${title}`,
        folder: join(tests, ".."),
        golden: join(tests, "golden", `${title.replaceAll(" ", "-")}.txt`),
        options,
      }));
    });
}

function namedCases(file: string): [string, ChartCase][] {
  return Object.entries(JSON.parse(readFileSync(file, "utf8")) as Record<string, ChartCase>);
}

function writtenCases(root: string): GoldenCase[] {
  return readdirSync(root)
    .filter((file) => file.endsWith(".txt"))
    .flatMap((file) => {
      const name = basename(file, ".txt");
      return Object.entries(readWrittenChart<ChartCase>(join(root, file), {}).cases).map(([title, options]) => ({
        title: `${name.replaceAll("-", " ")}: ${title}`,
        folder: join(root, file),
        golden: join(root, "golden", `${name}.${title.replaceAll(" ", "-")}.txt`),
        options,
      }));
    });
}

function folderCases(root: string): GoldenCase[] {
  return readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(root, entry.name, "chart")))
    .flatMap(({ name }) => {
      const file = join(root, name, "cases.json");
      const cases: [string, ChartCase][] = existsSync(file) ? namedCases(file) : [["default", {}]];
      return cases.map(([title, options]) => ({
        title: `${name}: ${title}`,
        folder: join(root, name, "chart"),
        golden: join(root, name, "golden", `${title.replaceAll(" ", "-")}.txt`),
        options,
      }));
    });
}

/** Renders a case as `helm template` prints it; a failure gives its message after `Error: `. */
export function renderCase(folder: string, options: ChartCase): Promise<string> {
  return withCaseFolder(folder, options, (prepared) => render(prepared, options));
}

async function render(folder: string, options: ChartCase): Promise<string> {
  try {
    return renderLoaded(await loadChartFolder(folder), options);
  } catch (error) {
    return printError(error);
  }
}

/** Renders a loaded chart as `renderCase` does. */
export function renderLoaded(chart: Chart, options: ChartCase): string {
  try {
    refuseUninstallable(chart);
    const rendered = renderChart({
      chart,
      values: valuesOf(options),
      release: { name: releaseName, namespace: options.namespace ?? "default", isUpgrade: options.isUpgrade },
      random: seededRandom("golden"),
      skipSchema: options.skipSchema,
      capabilities: {
        kubeVersion: options.kubeVersion ? parseKubeVersion(options.kubeVersion) : defaultCapabilities.kubeVersion,
        apiVersions: [...defaultCapabilities.apiVersions, ...(options.apiVersions ?? [])],
      },
    });
    return options.notes ? rendered.notes : printManifest(rendered, options);
  } catch (error) {
    return printError(error);
  }
}

function valuesOf(options: ChartCase) {
  const values = options.valuesText === undefined ? fromJsonObject(options.values ?? {}) : readValues(options.valuesText);
  for (const text of options.setJson ?? []) setValues(values, text, "json");
  for (const text of options.set ?? []) setValues(values, text, "typed");
  for (const text of options.setString ?? []) setValues(values, text, "string");
  return values;
}

function printError(error: unknown): string {
  return `Error: ${(error as Error).message.trimEnd()}\n`;
}

/** Gives the words that make the real program render a case. `valuesFile` holds the case's values. */
export function helmWords(folder: string, options: ChartCase, valuesFile: string): string[] {
  const each = (flag: string, texts: readonly string[] = []) => texts.flatMap((text) => [flag, text]);
  return [
    // No command prints the notes alone.
    ...(options.notes ? ["install", "--dry-run=client", "--output=json"] : ["template"]),
    releaseName,
    folder,
    ...each("-f", options.values === undefined && options.valuesText === undefined ? [] : [valuesFile]),
    ...each("--set", options.set),
    ...each("--set-string", options.setString),
    ...each("--set-json", options.setJson),
    ...each("--namespace", options.namespace === undefined ? [] : [options.namespace]),
    ...each("--kube-version", options.kubeVersion === undefined ? [] : [options.kubeVersion]),
    ...each("--api-versions", options.apiVersions),
    ...each("--show-only", options.showOnly),
    ...(options.includeCrds ? ["--include-crds"] : []),
    ...(options.isUpgrade ? ["--is-upgrade"] : []),
    ...(options.noHooks ? ["--no-hooks"] : []),
    ...(options.skipSchema ? ["--skip-schema-validation"] : []),
  ];
}
