import { isCatalystError } from "@catalyst/base/errors";
import { tryParseVersion } from "@catalyst/base/version";
import { parseRange } from "@catalyst/base/version-range";
import type { Chart } from "../chart/chart.ts";
import type { Dependency } from "../chart/metadata.ts";
import { cleanPath } from "../functions/paths.ts";
import { loadChart } from "../load-chart.ts";
import { printTable } from "./table.ts";

export type DependencyStatus =
  | "ok"
  | "unpacked"
  | "missing"
  | "wrong version"
  | "invalid version"
  | "misnamed"
  | "corrupt"
  | "too many matches";

/** Tells for each dependency whether the charts folder has it (`helm dependency list`). */
export function dependencyStatuses(chart: Chart): { dependency: Dependency; status: DependencyStatus }[] {
  return chart.metadata.dependencies.map((dependency) => ({
    dependency,
    status: archiveStatus(chart, dependency) ?? folderStatus(chart, dependency),
  }));
}

/** Undefined where no archive decides. */
function archiveStatus(chart: Chart, dependency: Dependency): DependencyStatus | undefined {
  const prefix = `charts/${dependency.name}-`;
  const matching = chart.raw.filter(
    ({ name }) => name.startsWith(prefix) && /^charts\/[^/]+\.tgz$/.test(name),
  );
  const isVersion = (name: string) =>
    /^\d+\.\d+\.\d+([-+]|$)/.test(name.slice(prefix.length, -".tgz".length));
  const archives = matching.length > 1 ? matching.filter(({ name }) => isVersion(name)) : matching;
  if (archives.length > 1) return "too many matches";
  const [archive] = archives;
  if (archive === undefined) return undefined;
  let packed: Chart;
  try {
    packed = loadChart(archive.data);
  } catch (error) {
    if (!isCatalystError(error)) throw error;
    return "corrupt";
  }
  if (packed.metadata.name !== dependency.name) return "misnamed";
  return versionProblem(packed, dependency) ?? "ok";
}

function folderStatus(chart: Chart, dependency: Dependency): DependencyStatus {
  const found = chart.dependencies.findLast(({ metadata }) => metadata.name === dependency.name);
  if (found === undefined) return "missing";
  return versionProblem(found, dependency) ?? "unpacked";
}

function versionProblem({ metadata }: Chart, { version }: Dependency): DependencyStatus | undefined {
  if (metadata.version === version) return undefined;
  try {
    const range = parseRange(version);
    if (tryParseVersion(metadata.version) === undefined) return "invalid version";
    return range.matches(metadata.version) ? undefined : "wrong version";
  } catch (error) {
    if (!isCatalystError(error, "version-range-invalid")) throw error;
    return "invalid version";
  }
}

/**
 * Prints the statuses as `helm dependency list`, with a warning for each chart in the charts folder that Chart.yaml
 * doesn't name. `folder` is how the chart was named; cells are cut at `columnWidth`.
 */
export function printDependencyStatuses(chart: Chart, folder: string, columnWidth: number): string {
  const charts = cleanPath(`${folder}/charts`);
  if (chart.metadata.dependencies.length === 0) return `WARNING: no dependencies at ${charts}\n`;
  const rows = dependencyStatuses(chart).map(({ dependency, status }) => [
    dependency.name,
    dependency.version,
    dependency.repository,
    status,
  ]);
  const table = printTable([["NAME", "VERSION", "REPOSITORY", "STATUS"], ...rows], columnWidth);
  const warnings = undeclared(chart).map((path) => `WARNING: "${charts}/${path}" is not in Chart.yaml.\n`);
  return `${table}\n\n${warnings.join("")}`;
}

/** The folders and archives in the charts folder that no dependency names. */
function undeclared(chart: Chart): string[] {
  const declared = new Set(chart.metadata.dependencies.map(({ name }) => name));
  const paths = new Set(
    chart.raw
      .map(({ name }) => /^charts\/([^/]+\.tgz$|[^/]+(?=\/))/.exec(name)?.[1])
      .filter((path) => path !== undefined),
  );
  return [...paths].sort().filter((path) => {
    const files = chart.raw.filter(
      ({ name }) => name === `charts/${path}` || name.startsWith(`charts/${path}/`),
    );
    const inside = files.map(({ name, data }) => [name.slice(`charts/${path}/`.length), data] as const);
    const source = path.endsWith(".tgz") ? files[0]?.data : new Map(inside);
    return source !== undefined && !declared.has(loadChart(source).metadata.name);
  });
}
