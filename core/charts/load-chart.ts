import { newSizeBudget, readArchive } from "./chart/archive.ts";
import type { Chart, ChartFile } from "./chart/chart.ts";
import { readDirectory } from "./chart/directory.ts";
import { loadFiles } from "./chart/load.ts";

/**
 * Loads a chart from a packed archive (.tgz) or from its files by path (`Chart.yaml`, `templates/…`). Nothing
 * outside is read. Throws `chart-invalid` with Helm's text.
 */
export function loadChart(source: Uint8Array | ReadonlyMap<string, Uint8Array>): Chart {
  const budget = newSizeBudget();
  if (source instanceof Uint8Array) return loadFiles(readArchive(source, budget), budget);
  const files: ChartFile[] = [...source].map(([name, data]) => ({ name, data }));
  return loadFiles(files, budget);
}

/** Loads a chart from its folder, minding .helmignore. Throws `chart-invalid`. */
export async function loadChartFolder(folder: string): Promise<Chart> {
  return loadFiles(await readDirectory(folder), newSizeBudget());
}
