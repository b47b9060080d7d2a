import { CatalystError, isCatalystError } from "@catalyst/base/errors";
import { compareVersions, tryParseVersion } from "@catalyst/base/version";
import { parseRange, type VersionRange } from "@catalyst/base/version-range";
import type { Dependency } from "../chart/metadata.ts";
import { type ChartLock, type LockedDependency, lockDigest } from "./lock.ts";
import { readIndex } from "./repository-index.ts";
import { type DependencyTransport, folderPath, sourceOf } from "./transport.ts";

/**
 * Chooses the newest version of every dependency that its range takes, as `helm dependency update`. Throws
 * `chart-dependency-unknown` naming all for which there is none.
 */
export async function resolveDependencies(
  wanted: readonly Dependency[],
  transport: DependencyTransport,
): Promise<ChartLock> {
  const locked: LockedDependency[] = [];
  const missing: Dependency[] = [];
  for (const dependency of wanted) {
    const { name, repository } = dependency;
    const version = await chooseVersion(dependency, rangeOf(dependency), transport);
    if (version === undefined) missing.push(dependency);
    else locked.push({ name, version, repository });
  }
  if (missing.length === 0) return { dependencies: locked, digest: lockDigest(wanted, locked) };
  const named = missing.map(
    ({ name, repository, version }) => `"${name}" (repository "${repository}", version "${version}")`,
  );
  throw new CatalystError(
    "chart-dependency-unknown",
    `can't get a valid version for ${missing.length} subchart(s): ${named.join(", ")}. Make sure a matching chart version exists in the repo, or change the version constraint in Chart.yaml`,
  );
}

/** Reads a dependency's range. Throws `chart-dependency-unknown`. */
export function rangeOf({ name, version }: Pick<Dependency, "name" | "version">): VersionRange {
  try {
    return parseRange(version);
  } catch (cause) {
    if (!isCatalystError(cause)) throw cause;
    throw new CatalystError(
      "chart-dependency-unknown",
      `dependency "${name}" has an invalid version/constraint format: improper constraint: ${JSON.stringify(version)}`,
      { cause, hint: cause.hint },
    );
  }
}

/** Chooses the newest version that fits; undefined when none does. Throws what the transport throws. */
export async function chooseVersion(
  { name, version, repository }: Pick<Dependency, "name" | "version" | "repository">,
  range: VersionRange,
  transport: DependencyTransport,
): Promise<string | undefined> {
  switch (sourceOf(repository)) {
    case "charts folder":
      await transport.folder(`charts/${name}`);
      return version;
    case "folder": {
      const found = (await transport.folder(folderPath(repository))).metadata.version;
      return range.matches(found) ? found : undefined;
    }
    case "registry":
      // A whole version is asked for by its tag, without looking which there are.
      if (tryParseVersion(version) !== undefined) return version;
      return newest(await transport.versions(`${repository}/${name}`), range);
    case "repository": {
      const entries = await readIndex(repository, name, transport);
      if (entries !== undefined)
        return newest(
          entries.map((entry) => entry.version),
          range,
        );
      throw new CatalystError("chart-dependency-unknown", `${name} chart not found in repo ${repository}`);
    }
  }
}

function newest(versions: readonly string[], range: VersionRange): string | undefined {
  return versions
    .map(tryParseVersion)
    .filter((version) => version !== undefined && range.matches(version))
    .sort((a, b) => (a === undefined || b === undefined ? 0 : compareVersions(b, a)))[0]?.original;
}
