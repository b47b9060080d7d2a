import { digestOf } from "@catalyst/base/digest";
import { canonicalJson, isObject } from "@catalyst/base/json";
import { printYaml } from "@catalyst/base/yaml";
import type { ReleaseRecord } from "@catalyst/charts/records";
import type { ReleaseSnapshot } from "@catalyst/ports/flux";
import type { Values } from "./values.ts";

/** Most entries of a history in which nothing was ever deployed. */
const historyLimit = 5;

/** The digest of a release's values; of nothing when there are none. */
export function valuesDigest(values: Values): string {
  return digestOf(Object.keys(values).length === 0 ? "" : printYaml(values));
}

/** The digest by which a stored release is recognized as the one that was observed. Test runs don't count. */
export function recordDigest(record: ReleaseRecord): string {
  const { name, version, info, config, manifest, namespace } = record;
  const hooks = record.hooks.filter((hook) => !hook.events.includes("test"));
  const chartMetadata = record.chart["metadata"];
  return digestOf(canonicalJson({ name, version, info, chartMetadata, config, manifest, hooks, namespace }));
}

/** Describes a stored release for the status. */
export function snapshotOf(
  record: ReleaseRecord,
  action: string | undefined,
  ociDigest: string | undefined,
): ReleaseSnapshot {
  const metadata = isObject(record.chart["metadata"]) ? record.chart["metadata"] : {};
  const { info } = record;
  const epoch = "1970-01-01T00:00:00Z";
  return {
    apiVersion: "v2",
    digest: recordDigest(record),
    name: record.name,
    namespace: record.namespace,
    version: record.version,
    status: info.status,
    ...(action === undefined ? {} : { action }),
    chartName: String(metadata["name"] ?? ""),
    chartVersion: String(metadata["version"] ?? ""),
    ...(metadata["appVersion"] === undefined ? {} : { appVersion: String(metadata["appVersion"]) }),
    configDigest: valuesDigest(record.config),
    firstDeployed: info.firstDeployed ?? epoch,
    lastDeployed: info.lastDeployed ?? epoch,
    ...(info.deleted === undefined ? {} : { deleted: info.deleted }),
    ...(ociDigest === undefined ? {} : { ociDigest }),
  };
}

export function releaseLabel(snapshot: ReleaseSnapshot): string {
  return `${snapshot.namespace}/${snapshot.name}.v${snapshot.version}`;
}

export function chartLabel(snapshot: ReleaseSnapshot): string {
  return `${snapshot.chartName}@${snapshot.chartVersion}`;
}

export function hasFailedTest(snapshot: ReleaseSnapshot): boolean {
  return Object.values(snapshot.testHooks ?? {}).some((hook) => hook.phase === "Failed");
}

/** The newest entry but one that ran; undefined when there's none to go back to. */
export function previousRelease(
  history: readonly ReleaseSnapshot[],
  ignoreTests: boolean,
): ReleaseSnapshot | undefined {
  return byVersion(history)
    .slice(1)
    .find(
      ({ status, ...snapshot }) =>
        (status === "deployed" || status === "superseded") &&
        (ignoreTests || !hasFailedTest({ status, ...snapshot })),
    );
}

/** Keeps the newest entries, whatever they are. */
export function newestEntries(history: readonly ReleaseSnapshot[]): readonly ReleaseSnapshot[] {
  return byVersion(history).slice(0, historyLimit);
}

function byVersion(history: readonly ReleaseSnapshot[]): readonly ReleaseSnapshot[] {
  return [...history].sort((a, b) => b.version - a.version);
}

/** Drops everything older than the release one could go back to. */
export function truncateHistory(
  history: readonly ReleaseSnapshot[],
  ignoreTests: boolean,
): readonly ReleaseSnapshot[] {
  const sorted = byVersion(history);
  const previous = previousRelease(history, ignoreTests);
  return previous === undefined
    ? sorted.slice(0, historyLimit)
    : sorted.slice(0, sorted.indexOf(previous) + 1);
}
