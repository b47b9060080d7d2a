import type { Chart } from "./chart/chart.ts";
import { loadChart } from "./load-chart.ts";

/** A chart packed as .tgz. */
export interface ArchivedChart {
  readonly archive: Uint8Array;
  /** Equal for equal archives. */
  readonly archiveDigest: string;
}

/** Charts kept loaded; a loaded chart renders many times faster than a packed one. */
const limit = 32;
const loaded = new Map<string, Chart>();

/** Gives a packed chart loaded, as this thread has it from before where it does. Throws as `loadChart`. */
export function loadedChart({ archive, archiveDigest }: ArchivedChart): Chart {
  const chart = loaded.get(archiveDigest) ?? loadChart(archive);
  // The one used last stands at the end, the one longest unused goes first.
  loaded.delete(archiveDigest);
  loaded.set(archiveDigest, chart);
  const [oldest] = loaded.keys();
  if (loaded.size > limit && oldest !== undefined) loaded.delete(oldest);
  return chart;
}
