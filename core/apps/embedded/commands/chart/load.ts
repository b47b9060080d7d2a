import { readFileSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { CatalystError } from "@catalyst/base/errors";
import { type Chart, loadChart, loadChartFolder } from "@catalyst/charts";

/** Loads the chart a command names: a folder or a packed one. Throws `chart-not-found` and what loading throws. */
export async function chartAt(folder: string, path: string): Promise<Chart> {
  const target = resolve(folder, path);
  const found = statSync(target, { throwIfNoEntry: false });
  if (found === undefined) throw new CatalystError("chart-not-found", `there is no chart at ${path}`);
  return found.isDirectory() ? loadChartFolder(target) : loadChart(readFileSync(target));
}
