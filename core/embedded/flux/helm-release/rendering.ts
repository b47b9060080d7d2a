import { isObject, type JsonObject } from "@catalyst/base/json";
import { parseYamlStream, printYaml } from "@catalyst/base/yaml";
import {
  type Chart,
  type CrdFile,
  defaultCapabilities,
  type LookupKey,
  loadChart,
  lookupText,
  NeedsLookup,
  newReleaseRecord,
  parseKubeVersion,
  type ReleaseRecord,
  renderChart,
  seededRandom,
} from "@catalyst/charts";

/** Everything a rendering needs, as data: it can be done in another thread. */
export interface RenderJob {
  readonly archive: Uint8Array;
  /** Equal for equal archives. */
  readonly archiveDigest: string;
  /** Stands in for the version in Chart.yaml: with the artifact's digest, so that a moved tag is noticed. */
  readonly chartVersion: string | undefined;
  readonly release: {
    readonly name: string;
    readonly namespace: string;
    readonly revision: number;
    readonly isUpgrade: boolean;
    readonly firstDeployed: string | undefined;
  };
  readonly values: JsonObject;
  readonly kubeVersion: string | undefined;
  readonly apiVersions: readonly string[];
  /** Look-ups that were fetched, by `lookupText`; null: the cluster has none. */
  readonly lookups: ReadonlyMap<string, unknown>;
  /** Generated secrets follow from it. */
  readonly seed: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly skipSchema: boolean;
  /** Labels that every object but hooks gets. */
  readonly originLabels: Readonly<Record<string, string>>;
}

/** A rendered release: its record with status `pending-install` or `pending-upgrade`, and its definitions. */
export type RenderOutcome =
  | { readonly outcome: "rendered"; readonly record: ReleaseRecord; readonly crds: readonly CrdFile[] }
  /** Fetch this and render again with the same job. */
  | { readonly outcome: "needs-lookup"; readonly key: LookupKey };

/** Renders a job, here or in a pool of threads. Throws what a chart's rendering throws. */
export type RenderRelease = (job: RenderJob) => Promise<RenderOutcome>;

const chartCacheLimit = 32;
const charts = new Map<string, Chart>();

/** Renders a job in this thread, synchronously. */
export function renderRelease(job: RenderJob): RenderOutcome {
  const chart = withVersion(chartOf(job), job.chartVersion);
  const { release } = job;
  try {
    const rendered = renderChart({
      chart,
      values: job.values,
      release,
      capabilities: {
        kubeVersion:
          job.kubeVersion === undefined ? defaultCapabilities.kubeVersion : parseKubeVersion(job.kubeVersion),
        apiVersions: job.apiVersions,
      },
      lookup: (key) => job.lookups.get(lookupText(key)),
      random: seededRandom(job.seed),
      now: () => job.now,
      skipSchema: job.skipSchema,
    });
    const record = newReleaseRecord({
      chart,
      rendered,
      name: release.name,
      namespace: release.namespace,
      version: release.revision,
      config: job.values,
      status: release.isUpgrade ? "pending-upgrade" : "pending-install",
      description: release.isUpgrade ? "Preparing upgrade" : "Initial install underway",
      now: job.now,
      firstDeployed: release.firstDeployed,
      applyMethod: "ssa",
    });
    const manifest = rendered.manifests
      .map(({ content, path }) => labelled(content, path, job.originLabels))
      .join("");
    return { outcome: "rendered", record: { ...record, manifest }, crds: rendered.crds };
  } catch (error) {
    if (error instanceof NeedsLookup) return { outcome: "needs-lookup", key: error.key };
    throw error;
  }
}

function chartOf(job: RenderJob): Chart {
  const known = charts.get(job.archiveDigest);
  if (known !== undefined) return known;
  const chart = loadChart(job.archive);
  charts.set(job.archiveDigest, chart);
  const oldest = charts.size > chartCacheLimit ? charts.keys().next().value : undefined;
  if (oldest !== undefined) charts.delete(oldest);
  return chart;
}

function withVersion(chart: Chart, version: string | undefined): Chart {
  return version === undefined ? chart : { ...chart, metadata: { ...chart.metadata, version } };
}

function labelled(content: string, path: string, labels: Readonly<Record<string, string>>): string {
  return parseYamlStream(content, { file: path })
    .map(({ value }) => {
      if (!isObject(value)) return "";
      const metadata = isObject(value["metadata"]) ? value["metadata"] : {};
      const own = isObject(metadata["labels"]) ? metadata["labels"] : {};
      return `---\n${printYaml({ ...value, metadata: { ...metadata, labels: { ...own, ...labels } } })}`;
    })
    .join("");
}
