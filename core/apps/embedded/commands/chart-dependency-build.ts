import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { rfc3339, systemClock } from "@catalyst/base/clock";
import {
  buildDependencies,
  loadChartFolder,
  printLock,
  readLock,
  resolveDependencies,
} from "@catalyst/charts";
import type { Call, Command, ExitCode } from "../cli/command.ts";
import { dependencyTransport } from "./chart/transport.ts";

/** Fills a chart's charts folder by its lock, as `helm dependency build`; without a lock it writes one. */
export const chartDependencyBuild: Command = {
  positionals: "CHART",
  count: { min: 1, max: 1 },
  options: {},
  examples: ["./catalyst chart dependency build ./my-chart"],
  run: build,
};

async function build({ arguments: given, folder, terminal }: Call): Promise<ExitCode> {
  const chartFolder = resolve(folder, given.positionals[0] ?? "");
  const chart = await loadChartFolder(chartFolder);
  const transport = dependencyTransport(chartFolder);
  const lock = readLock(chart) ?? (await resolveDependencies(chart, transport));
  const archives = await buildDependencies(chart, transport, lock);
  if (chart.lock === undefined) {
    writeFileSync(join(chartFolder, "Chart.lock"), printLock(lock, rfc3339(systemClock.now())));
  }
  const charts = join(chartFolder, "charts");
  mkdirSync(charts, { recursive: true });
  for (const [name, bytes] of archives) {
    removeOlder(charts, name);
    writeFileSync(join(charts, name), bytes);
    terminal.progress(`saved ${join("charts", name)}`);
  }
  terminal.result(
    { archives: [...archives.keys()] },
    [...archives.keys()].map((name) => `${name}\n`).join(""),
  );
  return 0;
}

/** Removes archives of the same chart at other versions. */
function removeOlder(charts: string, archive: string): void {
  const name = archive.replace(/-\d[^/]*\.tgz$/, "");
  if (!existsSync(charts)) return;
  for (const file of readdirSync(charts)) {
    if (file.endsWith(".tgz") && file.replace(/-\d[^/]*\.tgz$/, "") === name) rmSync(join(charts, file));
  }
}
