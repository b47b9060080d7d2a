import { rfc3339 } from "@catalyst/base/clock";
import type { JsonObject } from "@catalyst/base/json";
import type { Chart, ChartFile } from "../chart/chart.ts";
import { type ChartMetadata, metadataJson } from "../chart/metadata.ts";
import { toPlainJson } from "../chart/plain.ts";
import { storedLock } from "../dependency/lock.ts";
import type { Hook, HookEvent } from "../render/manifests.ts";
import { releaseManifest } from "../render/print.ts";
import type { RenderedChart } from "../render/render.ts";

export type ReleaseStatus =
  | "unknown"
  | "deployed"
  | "uninstalled"
  | "superseded"
  | "failed"
  | "uninstalling"
  | "pending-install"
  | "pending-upgrade"
  | "pending-rollback";

/** How the last run of a hook went. Times are RFC 3339. */
export interface HookRun {
  readonly startedAt?: string | undefined;
  readonly completedAt?: string | undefined;
  readonly phase: "" | "Unknown" | "Running" | "Succeeded" | "Failed";
}

export interface ReleaseHook {
  readonly name: string;
  readonly kind: string;
  readonly path: string;
  readonly manifest: string;
  readonly events: readonly HookEvent[];
  readonly weight: number;
  readonly deletePolicies: readonly string[];
  readonly outputLogPolicies: readonly string[];
  readonly lastRun: HookRun;
}

export interface ReleaseInfo {
  /** Times are RFC 3339. */
  readonly firstDeployed?: string | undefined;
  readonly lastDeployed?: string | undefined;
  readonly deleted?: string | undefined;
  readonly description: string;
  readonly status: ReleaseStatus;
  readonly notes: string;
  /** The revision a rollback went back to. */
  readonly rollbackRevision?: number | undefined;
}

/** One revision of a release, as Helm stores it in the cluster. */
export interface ReleaseRecord {
  readonly name: string;
  readonly namespace: string;
  readonly version: number;
  readonly info: ReleaseInfo;
  /** The chart in Helm's stored form; `metadata` is Chart.yaml. */
  readonly chart: JsonObject;
  /** The values the user gave. */
  readonly config: JsonObject;
  readonly manifest: string;
  readonly hooks: readonly ReleaseHook[];
  /** Server-side or client-side apply; absent means client-side. */
  readonly applyMethod?: "ssa" | "csa" | undefined;
  /** Labels of the storage object besides Helm's own. */
  readonly labels: Readonly<Record<string, string>>;
}

export interface NewReleaseOptions {
  readonly chart: Chart;
  readonly rendered: RenderedChart;
  readonly name: string;
  readonly namespace: string;
  readonly version: number;
  readonly config: JsonObject;
  readonly status: ReleaseStatus;
  readonly description: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** When the first revision was deployed, RFC 3339; default now. */
  readonly firstDeployed?: string | undefined;
  readonly applyMethod?: "ssa" | "csa" | undefined;
}

/** Makes the record of a release from what was rendered. */
export function newReleaseRecord(options: NewReleaseOptions): ReleaseRecord {
  const { rendered } = options;
  const time = rfc3339(options.now);
  return {
    name: options.name,
    namespace: options.namespace,
    version: options.version,
    info: {
      firstDeployed: options.firstDeployed ?? time,
      lastDeployed: time,
      description: options.description,
      status: options.status,
      notes: rendered.notes,
    },
    chart: storedChart(options.chart, rendered),
    config: options.config,
    manifest: releaseManifest(rendered),
    hooks: rendered.hooks.map(releaseHook),
    applyMethod: options.applyMethod,
    labels: {},
  };
}

function releaseHook(hook: Hook): ReleaseHook {
  const { name, kind, path, content, events, weight, deletePolicies, outputLogPolicies } = hook;
  return {
    name,
    kind,
    path,
    manifest: content,
    events,
    weight,
    deletePolicies,
    outputLogPolicies,
    lastRun: { phase: "" },
  };
}

/**
 * A chart in the form release records hold it: as it was rendered, with its dependencies under their aliases and the
 * values imported from them. The subcharts themselves aren't part of it; what is empty is null, as in Go.
 */
function storedChart(chart: Chart, rendered: RenderedChart): JsonObject {
  const { metadata, values } = rendered.chart;
  const hasValues = metadata.dependencies.length > 0 || chart.raw.some(({ name }) => name === "values.yaml");
  return {
    metadata: storedMetadata(metadata),
    lock: storedLock(chart),
    templates: orNull(chart.templates.map(storedFile)),
    values: hasValues ? (toPlainJson(values) as JsonObject) : null,
    schema: chart.schema === undefined ? null : Buffer.from(chart.schema).toString("base64"),
    schemamodtime: "0001-01-01T00:00:00Z",
    files: orNull(chart.files.map(storedFile)),
  };
}

/** Every dependency that is left takes part. */
function storedMetadata(metadata: ChartMetadata): JsonObject {
  const json = metadataJson(metadata) as JsonObject;
  const dependencies = json["dependencies"];
  if (!Array.isArray(dependencies)) return json;
  return { ...json, dependencies: dependencies.map((dependency) => ({ ...dependency, enabled: true })) };
}

function orNull<T>(items: readonly T[]): readonly T[] | null {
  return items.length === 0 ? null : items;
}

function storedFile({ name, data }: ChartFile): JsonObject {
  return { name, data: Buffer.from(data).toString("base64") };
}
