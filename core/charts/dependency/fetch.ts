import { CatalystError } from "@catalyst/base/errors";
import type { Chart } from "../chart/chart.ts";
import type { Dependency } from "../chart/metadata.ts";
import { packIncomplete } from "../package/pack.ts";
import { type CheckArchive, download } from "./download.ts";
import { type ChartLock, type LockedDependency, lockDigest, readLock, refuseOutdatedLock } from "./lock.ts";
import { withAddresses } from "./repository-name.ts";
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
 * lock as updateDependencies. `check` sees every archive that was downloaded. Throws `chart-lock-outdated`, `chart-dependency-unknown`, `chart-digest-mismatch`.
 */
export async function buildDependencies(
  chart: Chart,
  transport: DependencyTransport,
  check?: CheckArchive,
): Promise<FetchedDependencies> {
  const lock = readLock(chart);
  if (lock === undefined) return updateDependencies(chart, transport, check);
  const wanted = withAddresses(chart.metadata.dependencies, transport);
  refuseOutdatedLock(chart, lock, wanted);
  return fetchAll(wanted, lock, transport, check);
}

/**
 * Chooses versions anew and gets their archives (`helm dependency update`). Throws `chart-dependency-unknown`,
 * `chart-digest-mismatch`.
 */
export async function updateDependencies(
  chart: Chart,
  transport: DependencyTransport,
  check?: CheckArchive,
): Promise<FetchedDependencies> {
  const wanted = withAddresses(chart.metadata.dependencies, transport);
  return fetchAll(wanted, await resolveDependencies(wanted, transport), transport, check);
}

async function fetchAll(
  wanted: readonly Dependency[],
  { dependencies }: ChartLock,
  transport: DependencyTransport,
  check: CheckArchive | undefined,
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
      const packed = packIncomplete(near);
      archives.set(packed.name, packed.bytes);
      fetched.push({ ...dependency, version: near.metadata.version });
    } else {
      fetched.push(dependency);
      const file = `${name}-${version}.tgz`;
      const isKnown = archives.has(file);
      report.push(`${isKnown ? "Already downloaded" : "Downloading"} ${name} from repo ${repository}`);
      if (isKnown) continue;
      const downloaded = await download(dependency, transport);
      archives.set(file, downloaded.bytes);
      if (check !== undefined) report.push(...(await check(downloaded)));
    }
  }
  report.push("Deleting outdated charts");
  return {
    lock: { dependencies: fetched, digest: lockDigest(wanted, fetched) },
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
