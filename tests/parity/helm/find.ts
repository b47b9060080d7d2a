import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Chart, loadChart, loadChartFolder } from "@catalyst/charts";
import { readMetadata } from "../../../core/charts/chart/metadata.ts";

/** A chart that was found: its folder or its archive. */
export interface FoundChart {
  readonly path: string;
  /** Empty where Chart.yaml can't be read, as in charts that are made by a script. */
  readonly name: string;
  readonly version: string;
}

const skippedFolders: ReadonlySet<string> = new Set([".git", "node_modules"]);

/** Finds the charts below a folder, or the one it is; what lies inside a chart is its own. */
export function findCharts(path: string): FoundChart[] {
  if (path.endsWith(".tgz")) return [describeArchive(path)];
  if (existsSync(join(path, "Chart.yaml"))) return [describeFolder(path)];
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => (entry.isDirectory() ? !skippedFolders.has(entry.name) : entry.name.endsWith(".tgz")))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap(({ name }) => findCharts(join(path, name)));
}

/** Loads a chart that was found. Throws `chart-invalid`. */
export async function loadFound(path: string): Promise<Chart> {
  return path.endsWith(".tgz") ? loadChart(readFileSync(path)) : loadChartFolder(path);
}

function describeFolder(path: string): FoundChart {
  try {
    const { name, version } = readMetadata(readFileSync(join(path, "Chart.yaml"), "utf8"));
    return { path, name, version };
  } catch {
    return { path, name: "", version: "" };
  }
}

function describeArchive(path: string): FoundChart {
  try {
    const { name, version } = loadChart(readFileSync(path)).metadata;
    return { path, name, version };
  } catch {
    return { path, name: "", version: "" };
  }
}
