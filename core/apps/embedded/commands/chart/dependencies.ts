import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { rfc3339, systemClock } from "@catalyst/base/clock";
import { CatalystError, isCatalystError } from "@catalyst/base/errors";
import {
  type Chart,
  type DependencyTransport,
  type FetchedDependencies,
  loadChart,
  loadChartFolder,
  lockFileName,
  printLock,
  readLock,
} from "@catalyst/charts";
import type { Call, ExitCode } from "../../cli/command.ts";
import { dependencyTransport } from "./transport.ts";

type Fetch = (chart: Chart, transport: DependencyTransport) => Promise<FetchedDependencies>;

/** Runs `chart dependency build` or `update`, whichever `fetch` does, and prints what helm prints of it. */
export async function runDependencies(fetch: Fetch, call: Call): Promise<ExitCode> {
  const folder = resolve(call.folder, call.arguments.positionals[0] ?? ".");
  const fetched = await fillChartsFolder(folder, fetch);
  const data = { lock: fetched?.lock, archives: [...(fetched?.archives.keys() ?? [])] };
  call.terminal.result(data, fetched?.report.map((line) => `${line}\n`).join("") ?? "");
  return 0;
}

/**
 * Gets a chart's dependencies into its charts folder and writes its lock where that changes. Undefined when the
 * chart has no dependencies. Throws what getting them throws; nothing is written then.
 */
export async function fillChartsFolder(
  folder: string,
  fetch: Fetch,
): Promise<FetchedDependencies | undefined> {
  const chart = await loadChartFolder(folder);
  if (chart.metadata.dependencies.length === 0) return undefined;
  const fetched = await fetch(chart, dependencyTransport(folder));
  const charts = join(folder, "charts");
  mkdirSync(charts, { recursive: true });
  for (const [name, bytes] of fetched.archives) writeFileSync(join(charts, name), bytes);
  removeOutdated(charts, fetched);
  if (readLock(chart)?.digest !== fetched.lock.digest) writeLock(join(folder, lockFileName(chart)), fetched);
  return fetched;
}

/** Removes archives of charts that no dependency asks for at this version. */
function removeOutdated(charts: string, { archives, lock }: FetchedDependencies): void {
  const local = new Set(
    lock.dependencies.filter(({ repository }) => repository === "").map(({ name }) => name),
  );
  for (const file of readdirSync(charts, { withFileTypes: true })) {
    if (file.isDirectory() || archives.has(file.name)) continue;
    const path = join(charts, file.name);
    const name = chartName(path);
    if (name !== undefined && !local.has(name)) rmSync(path);
  }
}

/** Undefined for what is no chart, which stays. */
function chartName(path: string): string | undefined {
  try {
    return loadChart(readFileSync(path)).metadata.name;
  } catch (error) {
    if (!isCatalystError(error)) throw error;
    return undefined;
  }
}

/** A link could lead anywhere. */
function writeLock(path: string, { lock }: FetchedDependencies): void {
  if (existsSync(path) && lstatSync(path).isSymbolicLink()) {
    throw new CatalystError("chart-lock-linked", `${path} is a link; a lock isn't written through it`);
  }
  writeFileSync(path, printLock(lock, rfc3339(systemClock.now())));
}
