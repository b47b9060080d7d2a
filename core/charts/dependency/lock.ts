import { sha256Hex } from "@catalyst/base/digest";
import { CatalystError } from "@catalyst/base/errors";
import { escapedAsGo } from "@catalyst/base/go-json-print";
import type { JsonObject } from "@catalyst/base/json";
import { printYaml } from "@catalyst/base/yaml";
import type { Chart } from "../chart/chart.ts";
import type { Dependency } from "../chart/metadata.ts";
import { readYaml } from "../chart/values-file.ts";
import { formatValue } from "../template/format.ts";
import type { Value } from "../template/values.ts";

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

/** Gives the name of a chart's lock file: of an old one it is the one beside requirements.yaml. */
export function lockFileName(chart: Chart): string {
  return chart.metadata.apiVersion === "v1" ? "requirements.lock" : "Chart.lock";
}

/** Reads a chart's lock; undefined when it has none, or an empty one. */
export function readLock(chart: Chart): ChartLock | undefined {
  if (chart.lock === undefined) return undefined;
  const value = readYaml(chart.lock);
  if (!(value instanceof Map)) return undefined;
  const items = value.get("dependencies");
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

/** Prints a lock. `generated` is RFC 3339. */
export function printLock(lock: ChartLock, generated: string): string {
  return printYaml({ dependencies: lock.dependencies, digest: lock.digest, generated });
}

/** Go's time before all others, which a lock without a time has. */
const noTime = "0001-01-01T00:00:00Z";

/** Prints the lock as a package has it: what Helm reads of it. Undefined for a chart without one, and for an old chart. */
export function printPackedLock(chart: Chart): string | undefined {
  const lock = readLock(chart);
  if (lock === undefined || chart.metadata.apiVersion === "v1") return undefined;
  return printLock(lock, generatedOf(chart));
}

/** Gives the lock as a release's record has it: what Helm reads of it; null for a chart without one. */
export function storedLock(chart: Chart): JsonObject | null {
  const lock = readLock(chart);
  if (lock === undefined) return null;
  const dependencies = lock.dependencies.map(lockedJson);
  return { generated: generatedOf(chart), digest: lock.digest, dependencies };
}

function generatedOf({ lock = "" }: Chart): string {
  const value = readYaml(lock);
  const generated = value instanceof Map ? value.get("generated") : undefined;
  return typeof generated === "string" ? reprinted(generated) : noTime;
}

/** A time as Go prints the one it read: no zeros at the end of a fraction of at most nine digits, and UTC as `Z`. */
function reprinted(time: string): string {
  const [, seconds, fraction, zone] = /^(.*T[\d:]{8})(\.\d+)?(Z|[+-]\d\d:\d\d)$/.exec(time) ?? [];
  if (seconds === undefined || zone === undefined) return time;
  const shown = (fraction ?? "").slice(0, 10).replace(/\.?0+$/, "");
  return `${seconds}${shown}${/^[+-]00:00$/.test(zone) ? "Z" : zone}`;
}

/**
 * Throws `chart-lock-outdated` when a lock doesn't fit what the chart says now; `wanted` are its dependencies with
 * addresses in place of names. Helm 2 left the names.
 */
export function refuseOutdatedLock(chart: Chart, lock: ChartLock, wanted: readonly Dependency[]): void {
  if (lock.digest === lockDigest(wanted, lock.dependencies)) return;
  const isOld = chart.metadata.apiVersion === "v1";
  if (isOld && lock.digest === digestOfHelm2(chart.metadata.dependencies)) return;
  const [file, source] = isOld ? ["requirements.lock", "requirements.yaml"] : ["Chart.lock", "Chart.yaml"];
  throw new CatalystError(
    "chart-lock-outdated",
    `the lock file (${file}) is out of sync with the dependencies file (${source}). Please update the dependencies`,
    { hint: "Run `./catalyst chart dependency update`." },
  );
}

/** The digest that ties a lock to Chart.yaml, as Helm computes it. */
export function lockDigest(wanted: readonly Dependency[], locked: readonly LockedDependency[]): string {
  return digestOf([wanted.map(wantedJson), locked.map(lockedJson)]);
}

/** Helm 2 left the chosen versions out. */
function digestOfHelm2(wanted: readonly Dependency[]): string {
  return digestOf({ dependencies: wanted.map(wantedJson) });
}

function digestOf(value: unknown): string {
  return `sha256:${sha256Hex(escapedAsGo(JSON.stringify(value)))}`;
}

function lockedJson({ name, version, repository }: LockedDependency): JsonObject {
  return { name, ...(version === "" ? {} : { version }), repository };
}

function wantedJson(dependency: Dependency): Record<string, unknown> {
  const { condition, tags, importValues, alias } = dependency;
  return {
    ...lockedJson(dependency),
    ...(condition === "" ? {} : { condition }),
    ...(tags.length === 0 ? {} : { tags }),
    ...(importValues.length === 0 ? {} : { "import-values": importValues.map(plainImport) }),
    ...(alias === "" ? {} : { alias }),
  };
}

function plainImport(value: Value): unknown {
  return value instanceof Map ? Object.fromEntries([...value].sort(([a], [b]) => (a < b ? -1 : 1))) : value;
}
