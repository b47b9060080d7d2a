import { existsSync, lstatSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { rfc3339, systemClock } from "@catalyst/base/clock";
import { CatalystError, errorMessage, isCatalystError } from "@catalyst/base/errors";
import {
  type Chart,
  type CheckArchive,
  type DependencyTransport,
  type FetchedDependencies,
  loadChart,
  loadChartFolder,
  lockFileName,
  printLock,
  readLock,
} from "@catalyst/charts";
import type { Arguments, Call, ExitCode, Option } from "../../cli/command.ts";
import { UsageError } from "../../cli/errors.ts";
import { accessOptions } from "./access.ts";
import { makeFolder } from "./files.ts";
import { refuseOtherThanFolder } from "./load.ts";
import { accessByAddress } from "./repositories.ts";
import { type ChartPlaces, dependencyTransport, placesOf } from "./transport.ts";
import { verifyDownloaded } from "./verification.ts";

/** The options of `chart dependency build` and `update`. */
export const dependencyOptions: Readonly<Record<string, Option>> = {
  verify: { type: "boolean", help: "Check what is got against its provenance file" },
  keyring: { type: "string", value: "FILE", help: "The public keys of those whose charts are taken" },
  "skip-refresh": {
    type: "boolean",
    help: "no index is kept here, each is read",
    hasNoEffect: true,
  },
  ...accessOptions,
};

type Fetch = (
  chart: Chart,
  transport: DependencyTransport,
  check?: CheckArchive,
) => Promise<FetchedDependencies>;

/** How much `--verify` asks for: that what is there is right, or that it is there as well. */
export type ProvenanceDemand = "if there" | "always";

/** Runs `chart dependency build` or `update`, whichever `fetch` does, and prints what helm prints of it. */
export async function runDependencies(fetch: Fetch, demand: ProvenanceDemand, call: Call): Promise<ExitCode> {
  const { arguments: given } = call;
  const path = given.positionals[0] ?? ".";
  const folder = resolve(call.folder, path);
  refuseOtherThanFolder(folder, path);
  const check = given.flag("verify") ? provenanceCheck(given, call.folder, demand) : undefined;
  const fetched = await fillChartsFolder(folder, fetch, placesOf(given, call.folder), check);
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
  places: ChartPlaces,
  check?: CheckArchive,
): Promise<FetchedDependencies | undefined> {
  const chart = await loadChartFolder(folder);
  if (chart.metadata.dependencies.length === 0) return undefined;
  const fetched = await fetch(
    chart,
    dependencyTransport(folder, places, (url) => accessByAddress(places.repositories, url)),
    check,
  );
  const charts = join(folder, "charts");
  makeFolder(folder, charts);
  for (const [name, bytes] of fetched.archives) writeFileSync(join(charts, name), bytes);
  removeOutdated(charts, fetched);
  if (readLock(chart)?.digest !== fetched.lock.digest) writeLock(join(folder, lockFileName(chart)), fetched);
  return fetched;
}

function provenanceCheck(given: Arguments, folder: string, demand: ProvenanceDemand): CheckArchive {
  const keyring = given.text("keyring");
  if (keyring === undefined) throw new UsageError("--keyring is required: the public keys that are trusted");
  return async (chart) => {
    const reference = chart.url.replace(/^(oci:.*):[^:/]*$/, "$1");
    try {
      await verifyDownloaded(chart, resolve(folder, keyring));
      return [];
    } catch (cause) {
      if (!isCatalystError(cause)) throw cause;
      if (demand === "if there" && cause.code === "chart-provenance-missing")
        return [`WARNING: Verification not found for ${reference}: ${errorMessage(cause.cause)}`];
      throw new CatalystError(cause.code, `could not download ${reference}: ${cause.message}`, { cause });
    }
  };
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
