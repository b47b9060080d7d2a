import { newSizeBudget, readArchive } from "./chart/archive.ts";
import type { Chart, ChartFile } from "./chart/chart.ts";
import { readDirectory } from "./chart/directory.ts";
import { loadFiles } from "./chart/load.ts";

export * from "./chart/index.ts";
export type { RandomSource } from "./functions/environment.ts";
export { seededRandom, systemRandom } from "./functions/seeded.ts";
export * from "./package/index.ts";
export * from "./release/index.ts";
export { type Lookup, type LookupKey, lookupText, NeedsLookup, noLookup } from "./render/lookup.ts";
export { type Hook, type HookEvent, type Manifest, splitManifests } from "./render/manifests.ts";
export { type PrintOptions, printManifest, releaseManifest } from "./render/print.ts";
export {
  type CrdFile,
  type ReleaseOptions,
  type RenderedChart,
  type RenderRequest,
  renderChart,
} from "./render/render.ts";
export { type ReadText, type SetKind, setValues } from "./render/set-values.ts";
export { defaultLimits, type Limits } from "./template/index.ts";

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
