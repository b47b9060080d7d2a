import { newSizeBudget, readArchive, type SizeBudget } from "./chart/archive.ts";
import type { Chart, ChartFile } from "./chart/chart.ts";
import { readDirectory } from "./chart/directory.ts";
import { chartInvalid } from "./chart/errors.ts";
import { loadFiles } from "./chart/load.ts";
import { parseMetadata } from "./chart/metadata.ts";
import { decodeBytes } from "./template/bytes.ts";

/**
 * Loads a chart from a packed archive (.tgz) or from its files by path (`Chart.yaml`, `templates/…`). Nothing
 * outside is read. Throws `chart-invalid` with Helm's text.
 */
export function loadChart(source: Uint8Array | ReadonlyMap<string, Uint8Array>): Chart {
  const budget = newSizeBudget();
  const files =
    source instanceof Uint8Array
      ? readArchive(source, budget)
      : [...source].map(([name, data]): ChartFile => ({ name, data }));
  return load(files, budget);
}

/** Loads a chart from its folder, minding .helmignore. Throws `chart-invalid`. */
export async function loadChartFolder(folder: string): Promise<Chart> {
  return load(await readDirectory(folder), newSizeBudget());
}

/** Reads the files of a chart in an archive or a folder, without asking whether they make one. Throws `chart-invalid`. */
export async function readChartFiles(source: Uint8Array | string): Promise<readonly ChartFile[]> {
  return typeof source === "string" ? readDirectory(source) : readArchive(source, newSizeBudget());
}

function load(files: readonly ChartFile[], budget: SizeBudget): Chart {
  refuseVersion(files);
  return loadFiles(files, budget);
}

/** Helm 4 knows version 3, but installs no such chart. Subcharts may say what they want. */
function refuseVersion(files: readonly ChartFile[]): void {
  const chartYaml = files.find(({ name }) => name === "Chart.yaml")?.data;
  if (chartYaml === undefined) return;
  const { apiVersion } = parseMetadata(decodeBytes(chartYaml), "loader.chartBase");
  if (["", "v1", "v2"].includes(apiVersion)) return;
  const isKnown = apiVersion === "v3";
  throw chartInvalid(isKnown ? "invalid chart apiVersion" : "unsupported chart version", {
    place: { file: "Chart.yaml" },
  });
}
