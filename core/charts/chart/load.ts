import { decodeBytes } from "../template/bytes.ts";
import { GoError, type Value } from "../template/values.ts";
import { readArchive, type SizeBudget } from "./archive.ts";
import type { Chart, ChartFile } from "./chart.ts";
import { chartInvalid } from "./errors.ts";
import { chartDepthLimit } from "./limits.ts";
import { type ChartMetadata, readMetadata } from "./metadata.ts";
import { mistyped } from "./typed-fields.ts";
import { readValues, readYaml } from "./values-file.ts";

const ownFiles: ReadonlySet<string> = new Set([
  "Chart.yaml",
  "Chart.lock",
  "values.yaml",
  "values.schema.json",
  "requirements.yaml",
  "requirements.lock",
]);

/**
 * Builds a chart from its files. Subcharts lie in `charts/`, as folders or archives. Throws `chart-invalid`
 * with Helm's text.
 */
export function loadFiles(files: readonly ChartFile[], budget: SizeBudget, depth = 0): Chart {
  if (depth > chartDepthLimit) throw chartInvalid("charts hold charts too deeply");
  const byName = new Map(files.map((file) => [file.name, file]));
  const metadata = loadMetadata(byName);
  const isV1 = metadata.apiVersion === "v1";
  const others = files.filter(({ name }) => {
    if (ownFiles.has(name)) return isV1 && name.startsWith("requirements.");
    return !name.startsWith("templates/") && (!name.startsWith("charts/") || name.endsWith(".prov"));
  });
  return {
    metadata,
    templates: files.filter(({ name }) => name.startsWith("templates/")),
    files: others,
    raw: files,
    values: loadValues(byName.get("values.yaml")),
    schema: byName.get("values.schema.json")?.data,
    lock: loadLock(byName, "requirements.lock") ?? loadLock(byName, "Chart.lock"),
    dependencies: loadSubcharts(metadata.name, files, budget, depth),
    compiled: new Map(),
    heads: new Map(),
  };
}

function loadMetadata(byName: ReadonlyMap<string, ChartFile>): ChartMetadata {
  const chartYaml = textOf(byName.get("Chart.yaml"));
  if (chartYaml === undefined) throw chartInvalid("Chart.yaml file is missing");
  return readMetadata(chartYaml, textOf(byName.get("requirements.yaml")));
}

function loadValues(file: ChartFile | undefined): Map<string, Value> {
  if (file === undefined) return new Map();
  try {
    return readValues(decodeBytes(file.data));
  } catch (error) {
    if (!(error instanceof GoError)) throw error;
    throw chartInvalid(`cannot load values.yaml: ${error.message}`, { place: { file: "values.yaml" } });
  }
}

/** The text of a lock, which must be one. */
function loadLock(byName: ReadonlyMap<string, ChartFile>, name: string): string | undefined {
  const text = textOf(byName.get(name));
  if (text === undefined) return undefined;
  try {
    const value = readYaml(text);
    if (value !== null && value !== undefined && !(value instanceof Map))
      throw mistyped(value, "value", "v2.Lock");
    return text;
  } catch (error) {
    if (!(error instanceof GoError)) throw error;
    throw chartInvalid(`cannot load ${name}: ${error.message}`, { place: { file: name } });
  }
}

function loadSubcharts(
  name: string,
  files: readonly ChartFile[],
  budget: SizeBudget,
  depth: number,
): Chart[] {
  const groups = new Map<string, ChartFile[]>();
  for (const file of files) {
    if (!file.name.startsWith("charts/") || file.name.endsWith(".prov")) continue;
    const rest = file.name.slice("charts/".length);
    const [first = ""] = rest.split("/");
    if (/^[_.]/.test(first)) continue;
    const group = groups.get(first) ?? [];
    groups.set(first, group);
    group.push({ ...file, name: rest });
  }
  return [...groups].map(([subchart, group]) => {
    try {
      return loadSubchart(subchart, group, budget, depth + 1);
    } catch (cause) {
      const message = cause instanceof Error ? cause.message : String(cause);
      throw chartInvalid(`error unpacking subchart ${subchart} in ${name}: ${message}`, { cause });
    }
  });
}

function loadSubchart(name: string, files: readonly ChartFile[], budget: SizeBudget, depth: number): Chart {
  const [file] = files;
  if (name.endsWith(".tgz") && file !== undefined) {
    if (file.name !== name)
      throw chartInvalid(`error unpacking subchart tar: expected ${name}, got ${file.name}`);
    return loadFiles(readArchive(file.data, budget), budget, depth);
  }
  const inside = files
    .filter((one) => one.name.includes("/"))
    .map((one) => ({ ...one, name: one.name.slice(name.length + 1) }));
  return loadFiles(inside, budget, depth);
}

function textOf(file: ChartFile | undefined): string | undefined {
  return file === undefined ? undefined : decodeBytes(file.data);
}
