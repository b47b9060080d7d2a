import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { type Chart, loadChart, loadChartFolder } from "@catalyst/charts";
import { readMetadata } from "../../../core/charts/chart/metadata.ts";

/** A chart that was found: its folder or its archive. */
export interface FoundChart {
  readonly path: string;
  /** The folder the search began in, by its name: whose charts they are. */
  readonly from: string;
  /** Empty where Chart.yaml can't be read, as in charts that are made by a script. */
  readonly name: string;
  readonly version: string;
}

const skippedFolders: ReadonlySet<string> = new Set([".git", "node_modules"]);

/** Finds the charts below a folder, or the one it is; what lies inside a chart is its own. */
export function findCharts(path: string, from = basename(path)): FoundChart[] {
  if (path.endsWith(".tgz")) return [{ path, from, ...describeArchive(path) }];
  if (existsSync(join(path, "Chart.yaml"))) return [{ path, from, ...describeFolder(path) }];
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => (entry.isDirectory() ? !skippedFolders.has(entry.name) : entry.name.endsWith(".tgz")))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap(({ name }) => findCharts(join(path, name), from));
}

/** Loads a chart that was found. Throws `chart-invalid`. */
export async function loadFound(path: string): Promise<Chart> {
  return path.endsWith(".tgz") ? loadChart(readFileSync(path)) : loadChartFolder(path);
}

type Description = Pick<FoundChart, "name" | "version">;

function describeFolder(path: string): Description {
  return described(() => readMetadata(readFileSync(join(path, "Chart.yaml"), "utf8")));
}

function describeArchive(path: string): Description {
  return described(() => loadChart(readFileSync(path)).metadata);
}

function described(read: () => Description): Description {
  try {
    const { name, version } = read();
    return { name, version };
  } catch {
    return { name: "", version: "" };
  }
}
