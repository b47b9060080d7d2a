import { CatalystError } from "@catalyst/base/errors";
import type { Chart } from "../chart/chart.ts";
import { loadChart } from "../load-chart.ts";
import { packageChart } from "../package/pack.ts";
import { type ChartLock, type LockedDependency, lockDigest, readLock, refuseOutdatedLock } from "./lock.ts";
import { archiveFromRepository } from "./repository-index.ts";
import { rangeOf, resolveDependencies } from "./resolve.ts";
import { type DependencyTransport, folderPath, sourceOf } from "./transport.ts";

/** What belongs into a chart's charts folder. */
export interface FetchedDependencies {
  readonly lock: ChartLock;
  /** By file name. */
  readonly archives: ReadonlyMap<string, Uint8Array>;
  /** What was done, in Helm's words, a line each. */
  readonly report: readonly string[];
}

/**
 * Gets the archives that belong into the charts folder by the chart's lock (`helm dependency build`); without a
 * lock as updateDependencies. Throws `chart-lock-outdated`, `chart-dependency-unknown`, `chart-digest-mismatch`.
 */
export async function buildDependencies(
  chart: Chart,
  transport: DependencyTransport,
): Promise<FetchedDependencies> {
  const lock = readLock(chart);
  if (lock === undefined) return updateDependencies(chart, transport);
  refuseOutdatedLock(chart, lock);
  return fetchAll(chart, lock, transport);
}

/**
 * Chooses versions anew and gets their archives (`helm dependency update`). Throws `chart-dependency-unknown`,
 * `chart-digest-mismatch`.
 */
export async function updateDependencies(
  chart: Chart,
  transport: DependencyTransport,
): Promise<FetchedDependencies> {
  return fetchAll(chart, await resolveDependencies(chart, transport), transport);
}

async function fetchAll(
  chart: Chart,
  { dependencies }: ChartLock,
  transport: DependencyTransport,
): Promise<FetchedDependencies> {
  const archives = new Map<string, Uint8Array>();
  const report = [`Saving ${dependencies.length} charts`];
  const fetched: LockedDependency[] = [];
  for (const dependency of dependencies) {
    const { name, repository, version } = dependency;
    const source = sourceOf(repository);
    if (source === "charts folder") {
      report.push(
        `Dependency ${name} did not declare a repository. Assuming it exists in the charts directory`,
      );
      await refuseOtherVersion(dependency, transport);
      fetched.push(dependency);
    } else if (source === "folder") {
      const near = await transport.folder(folderPath(repository));
      if (!rangeOf(dependency).matches(near.metadata.version)) {
        throw new CatalystError(
          "chart-dependency-unknown",
          `can't get a valid version for dependency ${name}`,
        );
      }
      const packed = packageChart(near);
      archives.set(packed.name, packed.bytes);
      fetched.push({ ...dependency, version: near.metadata.version });
    } else {
      fetched.push(dependency);
      const file = `${name}-${version}.tgz`;
      const isKnown = archives.has(file);
      report.push(`${isKnown ? "Already downloaded" : "Downloading"} ${name} from repo ${repository}`);
      if (!isKnown) archives.set(file, await download(dependency, transport));
    }
  }
  report.push("Deleting outdated charts");
  return {
    lock: { dependencies: fetched, digest: lockDigest(chart.metadata.dependencies, fetched) },
    archives,
    report,
  };
}

async function refuseOtherVersion(dependency: LockedDependency, transport: DependencyTransport) {
  const { name, version } = dependency;
  const found = (await transport.folder(`charts/${name}`)).metadata.version;
  if (rangeOf(dependency).matches(found)) return;
  throw new CatalystError(
    "chart-dependency-unknown",
    `dependency ${name} at version ${found} does not satisfy the constraint ${version}`,
  );
}

/**
 * Gets a chart's archive from a registry or repository. Throws `chart-invalid` for what is no chart, which would
 * make the whole unreadable.
 */
export async function download(
  dependency: LockedDependency,
  transport: DependencyTransport,
): Promise<Uint8Array> {
  const { name, version, repository } = dependency;
  const isRegistry = sourceOf(repository) === "registry";
  const bytes = isRegistry
    ? await transport.pull(`${repository}/${name}`, version)
    : await archiveFromRepository(dependency, transport);
  loadChart(bytes);
  return bytes;
}
