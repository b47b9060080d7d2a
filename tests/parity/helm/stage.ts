import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  writeFileSync,
} from "node:fs";
import { basename, join, resolve } from "node:path";
import { compareVersions, tryParseVersion } from "@catalyst/base/version";
import { satisfies } from "@catalyst/base/version-range";
import { printYaml } from "@catalyst/base/yaml";
import type { Chart } from "@catalyst/charts";
import type { Dependency } from "../../../core/charts/chart/metadata.ts";
import { readYaml } from "../../../core/charts/chart/values-file.ts";
import { standInsOf } from "../../charts/cases.ts";
import { type FoundChart, findCharts, loadFound } from "./find.ts";
import { isOfRepository } from "./publisher.ts";

/** A chart made ready to be rendered: its dependencies are in its charts folder. */
export interface StagedChart {
  /** The chart itself, or a copy that holds what was missing. */
  readonly path: string;
  /** What was changed to make it so: dependencies at another version than the one asked for, or left out. */
  readonly changes: readonly string[];
}

/** Why a chart can't be rendered. */
export interface SkippedChart {
  readonly skipped: string;
}

/**
 * Puts a chart's missing dependencies into a copy of it below `scratch`, from the charts of `pool` that have the same
 * publisher or are of the repository that it names: another publisher's of the same name is another chart. Where no
 * version fits, the nearest one stands in and the copy's Chart.yaml asks for it; a dependency no chart was given for is
 * taken out of Chart.yaml. A chart's own stand-ins count as if they were in the pool, last. Links are replaced by what
 * they lead to, since ours follows none out of a chart. Both programs see the same chart.
 */
export async function stageChart(
  found: FoundChart,
  pool: readonly FoundChart[],
  scratch: string,
  open: readonly string[] = [],
): Promise<StagedChart | SkippedChart> {
  if (open.includes(found.path)) return { skipped: `${found.name} depends on itself` };
  const copy = join(mkdtempSync(join(scratch, "chart-")), basename(found.path));
  const isFolder = !found.path.endsWith(".tgz");
  try {
    if (isFolder) cpSync(found.path, copy, { recursive: true, dereference: true });
  } catch (error) {
    return { skipped: (error as Error).message };
  }
  const path = isFolder ? copy : found.path;
  const chart = await loadFound(path).catch(() => undefined);
  // A chart that can't be loaded is rendered as it is: both programs say why.
  const missing = chart === undefined ? [] : missingDependencies(chart);
  if (missing.length === 0) return { path, changes: [] };
  if (!isFolder) return { skipped: `${missing[0]?.name} is not in the archive` };

  mkdirSync(join(copy, "charts"), { recursive: true });
  const standIns = standInsOf(found.path);
  const given = existsSync(standIns) ? [...pool, ...findCharts(standIns, found.from)] : pool;
  const versions = new Map<Dependency, string | undefined>();
  const changes: string[] = [];
  for (const dependency of missing) {
    const chosen = choose(dependency, found, given);
    if (chosen === undefined) {
      const others = given.some(({ name }) => name === dependency.name);
      changes.push(`without ${dependency.name}${others ? " (there is another publisher's)" : ""}`);
      versions.set(dependency, undefined);
      continue;
    }
    const staged = await stageChart(chosen, pool, scratch, [...open, found.path]);
    if ("skipped" in staged) return { skipped: `${dependency.name}: ${staged.skipped}` };
    place(staged.path, chosen, join(copy, "charts"));
    changes.push(...staged.changes);
    if (fits(dependency, chosen.version)) continue;
    changes.push(`with ${chosen.name} ${chosen.version}`);
    versions.set(dependency, chosen.version);
  }
  if (versions.size > 0) askFor(copy, versions);
  return { path: copy, changes: [...new Set(changes)] };
}

function missingDependencies(chart: Chart): Dependency[] {
  const present = new Set(chart.dependencies.map(({ metadata }) => metadata.name));
  return chart.metadata.dependencies.filter(({ name }) => !present.has(name));
}

function choose(
  dependency: Dependency,
  parent: FoundChart,
  pool: readonly FoundChart[],
): FoundChart | undefined {
  const { name, repository, version } = dependency;
  const beside = repository.startsWith("file://")
    ? resolve(parent.path, repository.slice("file://".length))
    : undefined;
  const named = pool.filter(
    (one) =>
      one.path !== parent.path &&
      one.name === name &&
      (one.path === beside || one.from === parent.from || isOfRepository(one, repository)),
  );
  const major = /\d+/.exec(version)?.[0];
  const rank = (one: FoundChart) =>
    one.path === beside ? 0 : fits(dependency, one.version) ? 1 : one.version.startsWith(`${major}.`) ? 2 : 3;
  return named.sort((a, b) => rank(a) - rank(b) || newestFirst(a.version, b.version))[0];
}

function fits({ version }: Dependency, candidate: string): boolean {
  try {
    return satisfies(candidate, version);
  } catch {
    return false;
  }
}

function newestFirst(a: string, b: string): number {
  const [left, right] = [tryParseVersion(a), tryParseVersion(b)];
  return left === undefined || right === undefined ? 0 : compareVersions(right, left);
}

function place(path: string, { name, version }: FoundChart, charts: string): void {
  if (path.endsWith(".tgz")) copyFileSync(path, join(charts, `${name}-${version}.tgz`));
  else cpSync(path, join(charts, name), { recursive: true, verbatimSymlinks: true });
}

/** Changes what Chart.yaml asks for: another version, or nothing. */
function askFor(folder: string, versions: ReadonlyMap<Dependency, string | undefined>): void {
  const file = ["requirements.yaml", "Chart.yaml"].map((name) => join(folder, name)).find(existsSync);
  if (file === undefined) return;
  const fields = readYaml(readFileSync(file, "utf8")) as Map<string, unknown>;
  let entries = fields.get("dependencies") as Map<string, unknown>[];
  for (const [{ name, alias }, version] of versions) {
    const isAsked = (one: Map<string, unknown>) =>
      one.get("name") === name && (one.get("alias") ?? "") === alias;
    if (version === undefined) entries = entries.filter((one) => !isAsked(one));
    else entries.find(isAsked)?.set("version", version);
  }
  fields.set("dependencies", entries);
  writeFileSync(file, printYaml(fields));
}
