import { isCatalystError } from "@catalyst/base/errors";
import { newSizeBudget } from "../chart/archive.ts";
import type { Chart, ChartFile } from "../chart/chart.ts";
import { mergeTables } from "../chart/coalesce.ts";
import { loadFiles } from "../chart/load.ts";
import { validateAgainst } from "../chart/schema.ts";
import { mistyped } from "../chart/typed-fields.ts";
import { fromJsonValue, readYaml } from "../chart/values-file.ts";
import { decodeBytes } from "../template/bytes.ts";
import { GoError, type Value } from "../template/values.ts";
import { lintChartFile } from "./chart-file.ts";
import { type LintMessage, message } from "./messages.ts";
import { crdFilesOf, decodeProblem, documentsOf, readLinted } from "./objects.ts";
import { lintTemplates, type TemplateLintOptions } from "./templates.ts";

export type LintOptions = TemplateLintOptions;

/**
 * Checks a chart's files as `helm lint`; a chart that can't be loaded gives messages too. Throws `chart-invalid`
 * only where there is no Chart.yaml.
 */
export function lintChart(files: readonly ChartFile[], options: LintOptions = {}): LintMessage[] {
  const byName = new Map(files.map(({ name, data }) => [name, data]));
  const loaded = load(files);
  return [
    ...lintChartFile(decodeBytes(byName.get("Chart.yaml") ?? new Uint8Array())),
    ...lintValues(byName, options),
    ...onFolder(byName, "templates", "WARNING", () =>
      typeof loaded === "string" ? message("ERROR", "templates/", loaded) : lintTemplates(loaded, options),
    ),
    ...lintDependencies(loaded),
    ...onFolder(byName, "crds", undefined, () =>
      typeof loaded === "string" ? message("ERROR", "crds/", loaded) : lintCrds(loaded),
    ),
  ];
}

/** Loads the chart; gives the text of the error where it can't be. */
function load(files: readonly ChartFile[]): Chart | string {
  try {
    return loadFiles(files, newSizeBudget());
  } catch (error) {
    if (!isCatalystError(error)) throw error;
    return error.message;
  }
}

/** Checks what is in a folder. `missing` is how bad it is when there is none. */
function onFolder(
  files: ReadonlyMap<string, Uint8Array>,
  name: string,
  missing: "WARNING" | undefined,
  check: () => LintMessage[],
): LintMessage[] {
  if (files.has(name)) return message("ERROR", `${name}/`, "not a directory");
  if ([...files.keys()].some((path) => path.startsWith(`${name}/`))) return check();
  return missing === undefined ? [] : message(missing, `${name}/`, "directory does not exist");
}

/** Only the chart's own values against its own schema; what subcharts make of it shows when it is rendered. */
function lintValues(files: ReadonlyMap<string, Uint8Array>, options: LintOptions): LintMessage[] {
  const file = "values.yaml";
  const bytes = files.get(file);
  if (bytes === undefined) return message("INFO", file, "file does not exist");
  let values: Map<string, Value>;
  try {
    values = readValuesFile(decodeBytes(bytes));
  } catch (error) {
    return message("ERROR", file, decodeProblem(error));
  }
  const schema = files.get("values.schema.json");
  if (schema === undefined || schema.length === 0 || options.skipSchema === true) return [];
  const given = fromJsonValue(options.values ?? {}) as Map<string, Value>;
  const problems = validateAgainst(
    schema,
    mergeTables(given, values, () => {}, false),
  );
  return message("ERROR", file, problems === "" ? undefined : `${problems.trimEnd()}\n`);
}

function readValuesFile(text: string): Map<string, Value> {
  const value = readYaml(text);
  if (value === null || value === undefined) return new Map();
  if (value instanceof Map) return value;
  throw new GoError(mistyped(value, "value", "common.Values").message);
}

function lintDependencies(loaded: Chart | string): LintMessage[] {
  if (typeof loaded === "string") return message("ERROR", "", `unable to load chart\n\t${loaded}`);
  const declared = loaded.metadata.dependencies.map(({ name }) => name);
  const present = loaded.dependencies.map(({ metadata }) => metadata.name);
  const undeclared = present.filter((name) => !declared.includes(name));
  const missing = declared.filter((name) => !present.includes(name));
  const listed = (text: string, names: readonly string[]) =>
    names.length === 0 ? undefined : `${text} is missing these dependencies: ${names.join(",")}`;
  return [
    ...message("ERROR", ".", listed("chart metadata", undeclared)),
    ...message("WARNING", ".", listed("chart directory", missing)),
  ];
}

function lintCrds(chart: Chart): LintMessage[] {
  const messages: LintMessage[] = [];
  for (const { path, data } of crdFilesOf(chart)) {
    for (const document of documentsOf(decodeBytes(data))) {
      try {
        const object = readLinted(document);
        if (object === undefined) continue;
        const isCrd = object.kind === "CustomResourceDefinition";
        const isOfGroup = object.apiVersion.startsWith("apiextensions.k8s.io");
        messages.push(
          ...message("ERROR", path, isOfGroup ? undefined : "apiVersion is not in 'apiextensions.k8s.io'"),
          ...message("ERROR", path, isCrd ? undefined : "object kind is not 'CustomResourceDefinition'"),
        );
      } catch (error) {
        return [...messages, ...message("ERROR", path, decodeProblem(error))];
      }
    }
  }
  return messages;
}
