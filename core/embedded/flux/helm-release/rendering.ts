import { isObject, type JsonObject } from "@catalyst/base/json";
import { parseYamlStream } from "@catalyst/base/yaml";
import {
  type ArchivedChart,
  type Chart,
  type CrdFile,
  type CrdPolicy,
  clusterCapabilities,
  type FormerValues,
  type LookupKey,
  loadedChart,
  lookupText,
  NeedsLookup,
  newReleaseRecord,
  type ReleaseRecord,
  renderChart,
  reuseValues,
  seededRandom,
} from "@catalyst/charts";
import type { ServedApis } from "@catalyst/ports/kubernetes";
import { type PostRendering, postRendered } from "./post-render.ts";

/** Everything a rendering needs, as data: it can be done in another thread. */
export interface RenderJob extends ArchivedChart, PostRendering {
  /** Stands in for the version in Chart.yaml: with the artifact's digest, so that a moved tag is noticed. */
  readonly chartVersion: string | undefined;
  readonly release: {
    readonly name: string;
    readonly namespace: string;
    readonly revision: number;
    readonly isUpgrade: boolean;
    readonly firstDeployed: string | undefined;
    /** Labels of the record's Secret besides Helm's own. */
    readonly labels: Readonly<Record<string, string>>;
    readonly applyMethod: "ssa" | "csa";
  };
  readonly values: JsonObject;
  /** Values of the release before, when an upgrade keeps them. */
  readonly former: FormerValues | undefined;
  /** What the cluster serves. */
  readonly served: ServedApis;
  /** What becomes of the chart's own definitions before it is rendered. */
  readonly crds: CrdPolicy;
  /** Look-ups that were fetched, by `lookupText`; null: the cluster has none; an Error: it can't be asked. */
  readonly lookups: ReadonlyMap<string, unknown>;
  /** Generated secrets follow from it. */
  readonly seed: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly skipSchema: boolean;
}

/** A rendered release. */
export interface RenderedRelease {
  /** With status `pending-install` or `pending-upgrade`. */
  readonly record: ReleaseRecord;
  /** What the record's manifest says, in its order. */
  readonly documents: readonly JsonObject[];
  readonly crds: readonly CrdFile[];
}

export type RenderOutcome =
  | ({ readonly outcome: "rendered" } & RenderedRelease)
  /** Fetch this and render again with the same job. */
  | { readonly outcome: "needs-lookup"; readonly key: LookupKey };

/** What a chart says of itself. */
export interface ChartFacts {
  readonly name: string;
  readonly version: string;
  readonly appVersion: string;
}

/** Reads what a chart says of itself. Throws `chart-invalid`. */
export function describeChart(packed: ArchivedChart): ChartFacts {
  const { name, version, appVersion } = loadedChart(packed).metadata;
  return { name, version, appVersion };
}

/** Reads the objects of a manifest. Throws `yaml-invalid`. */
export function readManifest(manifest: string): readonly JsonObject[] {
  return parseYamlStream(manifest).flatMap(({ value }) => (isObject(value) ? [value as JsonObject] : []));
}

/** Renders a release. Throws what a chart's rendering throws. */
export function renderRelease(job: RenderJob): RenderOutcome {
  const { release, former } = job;
  const named = withVersion(loadedChart(job), job.chartVersion);
  const { chart, values } =
    former === undefined ? { chart: named, values: job.values } : reuseValues(named, job.values, former);
  try {
    const rendered = renderChart({
      chart,
      values,
      release,
      capabilities: clusterCapabilities(job.served.version, job.served.apiVersions),
      crds: job.crds,
      lookup: (key) => job.lookups.get(lookupText(key)),
      random: seededRandom(job.seed),
      now: () => job.now,
      postRender: (files) => postRendered(files, job),
      skipSchema: job.skipSchema,
    });
    const record = newReleaseRecord({
      chart,
      rendered,
      name: release.name,
      namespace: release.namespace,
      version: release.revision,
      config: values,
      status: release.isUpgrade ? "pending-upgrade" : "pending-install",
      description: release.isUpgrade ? "Preparing upgrade" : "Initial install underway",
      now: job.now,
      firstDeployed: release.firstDeployed,
      applyMethod: release.applyMethod,
    });
    return {
      outcome: "rendered",
      record: { ...record, labels: release.labels },
      documents: readManifest(record.manifest),
      crds: rendered.crds,
    };
  } catch (error) {
    if (error instanceof NeedsLookup) return { outcome: "needs-lookup", key: error.key };
    throw error;
  }
}

function withVersion(chart: Chart, version: string | undefined): Chart {
  return version === undefined ? chart : { ...chart, metadata: { ...chart.metadata, version } };
}
