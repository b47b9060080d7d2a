import { CatalystError, isCatalystError } from "@catalyst/base/errors";
import { type Capabilities, comparedVersion, defaultCapabilities } from "../chart/capabilities.ts";
import type { Chart } from "../chart/chart.ts";
import { coalesceValues, type Warn } from "../chart/coalesce.ts";
import { type ActiveChart, activate, isCompatible } from "../chart/dependencies.ts";
import type { ChartMetadata } from "../chart/metadata.ts";
import { checkSchemas } from "../chart/schema.ts";
import { fromJsonValue } from "../chart/values-file.ts";
import type { FunctionEnvironment, RandomSource } from "../functions/environment.ts";
import { systemRandom } from "../functions/seeded.ts";
import type { Limits } from "../template/index.ts";
import type { Value } from "../template/values.ts";
import { type CrdFile, type CrdPolicy, crdsOf, withCrds } from "./crds.ts";
import { compiledTemplates, runTemplates } from "./engine.ts";
import { type Lookup, lookupValue, noLookup } from "./lookup.ts";
import { type Hook, type Manifest, sortManifests } from "./manifests.ts";
import { collectRenderables } from "./scope.ts";

/** The release a chart is rendered for. */
export interface ReleaseOptions {
  readonly name: string;
  readonly namespace: string;
  /** Default: an install. */
  readonly isUpgrade?: boolean | undefined;
  /** Default 1. */
  readonly revision?: number | undefined;
}

export interface RenderRequest {
  readonly chart: Chart;
  /** What the user gave, over the chart's own values: a plain object, or a Map as readValues gives. */
  readonly values?: object | undefined;
  readonly release: ReleaseOptions;
  /** Default: what `helm template` assumes without a cluster. */
  readonly capabilities?: Capabilities | undefined;
  /** What becomes of the chart's own definitions before its objects are made; default Skip. */
  readonly crds?: CrdPolicy | undefined;
  /** Default: everything is absent. */
  readonly lookup?: Lookup | undefined;
  /** Default: the machine's; a seeded one makes generated secrets stable. */
  readonly random?: RandomSource | undefined;
  /** Milliseconds since the epoch as `now` shows them; default the machine's clock. */
  readonly now?: (() => number) | undefined;
  readonly limits?: Partial<Limits> | undefined;
  /** Changes what the templates gave, by path, before it is cut into objects, as Helm's post-renderers do. */
  readonly postRender?: ((files: ReadonlyMap<string, string>) => ReadonlyMap<string, string>) | undefined;
  /** Skips values.schema.json. */
  readonly skipSchema?: boolean | undefined;
  /** Makes `required` and `fail` give an empty text instead of ending. */
  readonly lint?: boolean | undefined;
  /** Shows the NOTES.txt of subcharts too. */
  readonly subNotes?: boolean | undefined;
}

export interface RenderedChart {
  /** In the order Helm installs them. */
  readonly manifests: readonly Manifest[];
  readonly hooks: readonly Hook[];
  readonly crds: readonly CrdFile[];
  readonly notes: string;
  /** Every rendered template by path, before it was cut into objects. */
  readonly files: ReadonlyMap<string, string>;
  /** What the chart says of itself and its values, with the subcharts that take part and what is imported from them. */
  readonly chart: { readonly metadata: ChartMetadata; readonly values: Map<string, Value> };
  /** The values the templates saw. */
  readonly values: Map<string, Value>;
  /** What was ignored while values were put together. */
  readonly warnings: readonly string[];
}

const notesFile = "NOTES.txt";

/**
 * Renders a chart, synchronously. Throws CatalystError with Helm's text: `chart-invalid`,
 * `chart-template-invalid` or `chart-template-failed` with file, line and column, `chart-manifest-invalid`,
 * `chart-limit`; and NeedsLookup for a look-up that wasn't fetched.
 */
export function renderChart(request: RenderRequest): RenderedChart {
  const { active, values, warnings } = prepare(request);
  const capabilities = withCrds(request.capabilities ?? defaultCapabilities, active, request.crds ?? "Skip");
  refuseKubeVersion(active, capabilities);
  const files = renderActive(active, values, { ...request, capabilities });
  const notes = takeNotes(files, active.name, request.subNotes === true);
  return {
    ...sortManifests(request.postRender?.(files) ?? files, request.chart.heads),
    crds: crdsOf(active),
    notes,
    files,
    chart: { metadata: active.metadata, values: active.values },
    values,
    warnings,
  };
}

/**
 * Renders a chart's templates alone: what they give by path, whether objects or not, and whatever version of
 * Kubernetes the chart wants. Throws as renderChart does for templates.
 */
export function renderTemplates(request: RenderRequest): ReadonlyMap<string, string> {
  const { active, values } = prepare(request);
  return renderActive(active, values, request);
}

/** A chart and its values, ready for its templates. */
interface Prepared {
  readonly active: ActiveChart;
  readonly values: Map<string, Value>;
  readonly warnings: readonly string[];
}

function prepare(request: RenderRequest): Prepared {
  const warnings: string[] = [];
  const warn: Warn = (message) => void warnings.push(message);
  const given = fromJsonValue(request.values ?? {}) as Map<string, Value>;
  const active = activateChart(request.chart, given, warn);
  const values = coalesce(active, given, warn);
  if (request.skipSchema !== true) checkSchemas(active, values);
  return { active, values, warnings };
}

function renderActive(
  active: ActiveChart,
  values: Map<string, Value>,
  request: RenderRequest,
): Map<string, string> {
  const { capabilities = defaultCapabilities, release } = request;
  const renderables = collectRenderables(active, release, capabilities, values);
  const templates = compiledTemplates(request.chart, renderables);
  return runTemplates(templates, renderables, environmentOf(request), request.limits);
}

function activateChart(chart: Chart, given: Map<string, Value>, warn: Warn): ActiveChart {
  try {
    return activate(chart, given, warn);
  } catch (cause) {
    if (isCatalystError(cause) || !(cause instanceof Error)) throw cause;
    throw new CatalystError("chart-invalid", `chart dependencies processing failed: ${cause.message}`, {
      cause,
    });
  }
}

function coalesce(active: ActiveChart, given: Map<string, Value>, warn: Warn): Map<string, Value> {
  try {
    return coalesceValues(active, given, warn);
  } catch (cause) {
    if (isCatalystError(cause) || !(cause instanceof Error)) throw cause;
    throw new CatalystError("chart-invalid", cause.message, { cause });
  }
}

function refuseKubeVersion(active: ActiveChart, { kubeVersion }: Capabilities): void {
  const range = active.metadata.kubeVersion;
  if (range === "" || isCompatible(range, comparedVersion(kubeVersion))) return;
  throw new CatalystError(
    "chart-invalid",
    `chart requires kubeVersion: ${range} which is incompatible with Kubernetes ${kubeVersion.version}`,
  );
}

function environmentOf(request: RenderRequest): FunctionEnvironment {
  const lookup = request.lookup ?? noLookup;
  return {
    random: request.random ?? systemRandom,
    now: request.now ?? Date.now,
    lookup: (apiVersion, kind, namespace, name) => lookupValue(lookup, { apiVersion, kind, namespace, name }),
    lint: request.lint === true,
    included: new Map(),
  };
}

/** Takes NOTES.txt files out and gives the chart's own, or all of them. */
function takeNotes(files: Map<string, string>, name: string, all: boolean): string {
  const notes: string[] = [];
  for (const [path, text] of files) {
    if (!path.endsWith(notesFile)) continue;
    files.delete(path);
    if (all || path === `${name}/templates/${notesFile}`) notes.push(text);
  }
  return notes.join("\n");
}
