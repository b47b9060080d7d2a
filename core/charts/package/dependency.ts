import { sha256Hex } from "@catalyst/base/digest";
import { CatalystError } from "@catalyst/base/errors";
import { compareVersions, tryParseVersion } from "@catalyst/base/version";
import { parseRange } from "@catalyst/base/version-range";
import { printYaml } from "@catalyst/base/yaml";
import type { Chart } from "../chart/chart.ts";
import { isCompatible } from "../chart/dependencies.ts";
import type { Dependency } from "../chart/metadata.ts";
import { readYaml } from "../chart/values-file.ts";
import { decodeBytes } from "../template/bytes.ts";
import { formatValue } from "../template/format.ts";
import type { Value } from "../template/values.ts";
import { packageChart } from "./pack.ts";

/** A dependency at the version that was chosen. */
export interface LockedDependency {
  readonly name: string;
  readonly version: string;
  readonly repository: string;
}

/** What Chart.lock says. */
export interface ChartLock {
  readonly dependencies: readonly LockedDependency[];
  /** Of the dependencies as Chart.yaml has them, together with those chosen. */
  readonly digest: string;
}

/** How charts are had; the repository kinds differ only here. */
export interface DependencyTransport {
  /** Reads an http(s) address. */
  get(url: string): Promise<Uint8Array>;
  /** Pulls a chart's archive from `oci://host/path/name` at a version. */
  pull(repository: string, version: string): Promise<Uint8Array>;
  /** Lists the versions of `oci://host/path/name`. */
  versions(repository: string): Promise<readonly string[]>;
  /** Loads the chart of a `file://` repository, relative to the chart's own folder. */
  folder(path: string): Promise<Chart>;
}

export type DependencyStatus = "ok" | "unpacked" | "missing" | "wrong version";

/** Tells for each dependency whether the charts folder has it (`helm dependency list`). */
export function dependencyStatuses(chart: Chart): { dependency: Dependency; status: DependencyStatus }[] {
  const archives = chart.raw.map(({ name }) => name).filter((name) => /^charts\/[^/]+\.tgz$/.test(name));
  return chart.metadata.dependencies.map((dependency) => {
    const found = chart.dependencies.filter(({ metadata }) => metadata.name === dependency.name);
    const fits = found.some(({ metadata }) => isCompatible(dependency.version, metadata.version));
    const isArchive = archives.some((name) => name.startsWith(`charts/${dependency.name}-`));
    const status = found.length === 0 ? "missing" : !fits ? "wrong version" : isArchive ? "ok" : "unpacked";
    return { dependency, status };
  });
}

/** Prints the statuses as `helm dependency list`. */
export function printDependencyStatuses(chart: Chart, folder: string): string {
  const statuses = dependencyStatuses(chart);
  if (statuses.length === 0) return `WARNING: no dependencies at ${folder}/charts\n`;
  const rows = [
    ["NAME", "VERSION", "REPOSITORY", "STATUS"],
    ...statuses.map(({ dependency, status }) => [
      dependency.name,
      dependency.version,
      dependency.repository,
      status,
    ]),
  ];
  const widths =
    rows[0]?.map((_title, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  const lines = rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("\t"));
  return `${lines.join("\n")}\n\n`;
}

/** Reads Chart.lock; undefined when the chart has none. Throws `chart-invalid`. */
export function readLock(chart: Chart): ChartLock | undefined {
  if (chart.lock === undefined) return undefined;
  const value = readYaml(chart.lock);
  const items = value instanceof Map ? value.get("dependencies") : undefined;
  const text = (map: Value, key: string) =>
    map instanceof Map && map.has(key) ? formatValue(map.get(key)) : "";
  return {
    digest: text(value, "digest"),
    dependencies: (Array.isArray(items) ? items : []).map((item) => ({
      name: text(item, "name"),
      version: text(item, "version"),
      repository: text(item, "repository"),
    })),
  };
}

/** Prints Chart.lock. `generated` is RFC 3339. */
export function printLock(lock: ChartLock, generated: string): string {
  return printYaml({ dependencies: lock.dependencies, digest: lock.digest, generated });
}

/** Chooses the newest version of every dependency that its range takes. Throws `chart-dependency-unknown`. */
export async function resolveDependencies(chart: Chart, transport: DependencyTransport): Promise<ChartLock> {
  const dependencies: LockedDependency[] = [];
  for (const dependency of chart.metadata.dependencies) {
    const { name, repository } = dependency;
    dependencies.push({ name, version: await chooseVersion(dependency, transport), repository });
  }
  return { dependencies, digest: lockDigest(chart.metadata.dependencies, dependencies) };
}

/**
 * Gets the archives that belong into the charts folder by a lock, the chart's own by default (`helm dependency
 * build`). Gives them by file name. Throws `chart-lock-outdated` when the lock doesn't fit Chart.yaml.
 */
export async function buildDependencies(
  chart: Chart,
  transport: DependencyTransport,
  given: ChartLock | undefined = readLock(chart),
): Promise<ReadonlyMap<string, Uint8Array>> {
  const lock = given ?? (await resolveDependencies(chart, transport));
  if (lock.digest !== lockDigest(chart.metadata.dependencies, lock.dependencies)) {
    throw new CatalystError(
      "chart-lock-outdated",
      "the lock file (Chart.lock) is out of sync with the dependencies file (Chart.yaml). Please update the dependencies",
    );
  }
  const archives = new Map<string, Uint8Array>();
  for (const dependency of lock.dependencies) {
    if (dependency.repository === "") continue;
    archives.set(`${dependency.name}-${dependency.version}.tgz`, await archiveOf(dependency, transport));
  }
  return archives;
}

/** The digest that ties a lock to Chart.yaml, as Helm computes it. */
export function lockDigest(wanted: readonly Dependency[], locked: readonly LockedDependency[]): string {
  const json = JSON.stringify([wanted.map(wantedJson), locked]);
  const escaped = json.replace(
    /[<>&\u2028\u2029]/g,
    (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  return `sha256:${sha256Hex(escaped)}`;
}

function wantedJson(dependency: Dependency): Record<string, unknown> {
  const { name, version, repository, condition, tags, importValues, alias } = dependency;
  return {
    name,
    ...(version === "" ? {} : { version }),
    repository,
    ...(condition === "" ? {} : { condition }),
    ...(tags.length === 0 ? {} : { tags }),
    ...(importValues.length === 0 ? {} : { "import-values": importValues.map(plainImport) }),
    ...(alias === "" ? {} : { alias }),
  };
}

function plainImport(value: Value): unknown {
  return value instanceof Map ? Object.fromEntries([...value].sort(([a], [b]) => (a < b ? -1 : 1))) : value;
}

async function chooseVersion(dependency: Dependency, transport: DependencyTransport): Promise<string> {
  const { name, version, repository } = dependency;
  if (repository === "") return version;
  if (repository.startsWith("file://")) {
    return (await transport.folder(repository.slice("file://".length))).metadata.version;
  }
  const versions = repository.startsWith("oci://")
    ? await transport.versions(`${repository}/${name}`)
    : (await readIndex(repository, name, transport)).map((entry) => entry.version);
  const range = parseRange(version);
  const fitting = versions
    .map(tryParseVersion)
    .filter((one) => one !== undefined && range.matches(one))
    .sort((a, b) => (a === undefined || b === undefined ? 0 : compareVersions(b, a)));
  const newest = fitting[0];
  if (newest !== undefined) return newest.original;
  throw new CatalystError(
    "chart-dependency-unknown",
    `can't get a valid version for dependency ${name}: no version of ${repository} fits ${version}`,
  );
}

async function archiveOf(dependency: LockedDependency, transport: DependencyTransport): Promise<Uint8Array> {
  const { name, version, repository } = dependency;
  if (repository.startsWith("file://")) {
    return packageChart(await transport.folder(repository.slice("file://".length))).bytes;
  }
  if (repository.startsWith("oci://")) return transport.pull(`${repository}/${name}`, version);
  const entry = (await readIndex(repository, name, transport)).find((one) => one.version === version);
  if (entry?.url === undefined) {
    throw new CatalystError(
      "chart-dependency-unknown",
      `chart ${name} version ${version} not found in ${repository}`,
    );
  }
  const bytes = await transport.get(new URL(entry.url, `${repository.replace(/\/$/, "")}/`).href);
  if (entry.digest !== "" && sha256Hex(bytes) !== entry.digest) {
    throw new CatalystError(
      "chart-digest-mismatch",
      `chart ${name} version ${version} isn't what the index of ${repository} promises`,
    );
  }
  return bytes;
}

interface IndexEntry {
  readonly version: string;
  readonly url: string | undefined;
  /** Hex SHA-256; empty when the index gives none. */
  readonly digest: string;
}

async function readIndex(
  repository: string,
  name: string,
  transport: DependencyTransport,
): Promise<IndexEntry[]> {
  const bytes = await transport.get(`${repository.replace(/\/$/, "")}/index.yaml`);
  const index = readYaml(decodeBytes(bytes));
  const entries = index instanceof Map ? index.get("entries") : undefined;
  const versions = entries instanceof Map ? entries.get(name) : undefined;
  return (Array.isArray(versions) ? versions : [])
    .filter((entry) => entry instanceof Map)
    .map((entry) => {
      const urls = entry.get("urls");
      const [url] = Array.isArray(urls) ? urls : [];
      const digest = entry.get("digest");
      return {
        version: formatValue(entry.get("version")),
        url: typeof url === "string" ? url : undefined,
        digest: typeof digest === "string" ? digest : "",
      };
    });
}
