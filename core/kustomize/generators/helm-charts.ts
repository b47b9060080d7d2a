import { CatalystError, type Place } from "@catalyst/base/errors";
import { parseFirstYaml } from "@catalyst/base/yaml";
import type { FileTree } from "../files.ts";
import type { HelmChart, HelmGlobals } from "../kustomization/kustomization.ts";
import { countRendered, type Layer, within } from "../layer.ts";
import { fieldAlias, mergeValues } from "../merge/strategic-merge.ts";
import { parseObjects, parseWholeObjects } from "../objects/documents.ts";
import { helmMark, type Item } from "../objects/item.ts";
import { ItemSet } from "../objects/item-set.ts";
import {
  type Fields,
  fieldOf,
  isMapping,
  isNull,
  meaningOf,
  readScalar,
  withField,
} from "../values/scalar.ts";

/** A chart that is to be rendered: what Kustomize gives `helm template`. */
export interface ChartInflation {
  /** The tree the chart lies in, and its folder there. */
  readonly files: FileTree;
  readonly folder: string;
  /** Values files, each over those before it. */
  readonly values: readonly ValuesFile[];
  /** Undefined: one of its own is given to it. */
  readonly releaseName: string | undefined;
  readonly nameTemplate: string | undefined;
  /** Undefined: Helm's default. */
  readonly namespace: string | undefined;
  /** Undefined: the kustomization says nothing of it. */
  readonly kubeVersion: string | undefined;
  /** What the kustomization says beside those that Helm assumes. */
  readonly apiVersions: readonly string[];
  readonly includeCrds: boolean;
  readonly skipHooks: boolean;
  readonly skipTests: boolean;
}

export interface ValuesFile {
  readonly path: string;
  readonly text: string;
}

/** Renders a chart and gives what `helm template` prints of it. Throws what a rendering throws. */
export type InflateChart = (inflation: ChartInflation) => string;

const defaultChartHome = "charts";
const mergeOptions = ["merge", "override", "replace"];

/**
 * Makes the objects of a chart that lies in the tree. Throws `kustomize-helm-refused` where charts aren't rendered,
 * `kustomize-remote-refused` for one that would have to be fetched, `kustomize-invalid`, and what the rendering throws.
 * Source of the rules: Kustomize's HelmChartInflationGenerator.
 */
export function inflateChart(chart: HelmChart & HelmGlobals, layer: Layer, place: Place): readonly Item[] {
  const { files, inflate } = layer.build;
  if (inflate === undefined) throw helmRefused(place);
  const { apiVersions = [], additionalValuesFiles = [] } = chart;
  const given = chartPath(chart, place);
  const folder = foundFolder(chart, given, layer, place);
  const inflation = {
    ...{ files, folder, apiVersions },
    releaseName: chart.releaseName || undefined,
    nameTemplate: chart.nameTemplate || undefined,
    namespace: chart.namespace || undefined,
    kubeVersion: chart.kubeVersion || undefined,
    values: [
      firstValues(chart, given, layer, place),
      ...additionalValuesFiles.map((path) => readValues(path, layer, place)),
    ],
    includeCrds: chart.includeCRDs === true,
    skipHooks: chart.skipHooks === true,
    skipTests: chart.skipTests === true,
  };
  return within(place, () => {
    const text = inflate(inflation);
    countRendered(layer.build, text);
    return renderedItems(text, folder, layer);
  });
}

/** Makes items of what a chart was rendered to. Of its lines nobody knows anything. */
function renderedItems(text: string, folder: string, layer: Layer): readonly Item[] {
  const itemsOf = (parse: typeof parseObjects) => {
    const set = new ItemSet();
    set.append(parse(text, folder).map((object) => layer.item(marked(object))));
    return set.items;
  };
  try {
    return itemsOf(parseObjects);
  } catch (error) {
    if (!(error instanceof CatalystError)) throw error;
  }
  try {
    return itemsOf(parseWholeObjects);
  } catch (error) {
    if (!(error instanceof CatalystError) || error.place?.line === undefined) throw error;
    const { code, message, place } = error;
    const words = `what the chart is rendered to can't be taken: ${message}`;
    throw new CatalystError(code, words, { place: { file: place.file, field: place.field }, cause: error });
  }
}

/** Where a chart lies as seen from the kustomization's folder: one of a repository beside others of its name. */
function chartPath({ name = "", version, repo, chartHome }: HelmChart & HelmGlobals, place: Place): string {
  if (name === "") throw invalid("chart name cannot be empty", place);
  // Kustomize writes values into a file of that name, for which there must be a folder.
  const isBelow = name
    .split("/")
    .slice(0, -1)
    .some((part) => !["", ".", ".."].includes(part));
  if (isBelow) {
    const hint = "Put the folder that it lies in into helmGlobals.chartHome.";
    throw new CatalystError("kustomize-invalid", `a chart's name has no '/', as '${name}' has`, {
      place,
      hint,
    });
  }
  const home = chartHome || defaultChartHome;
  return version && repo ? `${home}/${name}-${version}/${name}` : `${home}/${name}`;
}

function foundFolder({ repo, name }: HelmChart, given: string, layer: Layer, place: Place): string {
  const folder = layer.anyPath(given, place);
  if (layer.build.files.list(folder) !== undefined) return folder;
  if (!repo) {
    const hint = "Put the chart's folder there; links aren't followed.";
    throw new CatalystError("kustomize-invalid", `there is no chart at '${given}'`, { place, hint });
  }
  const message = `the chart '${name}' isn't at '${given}', and charts aren't fetched`;
  const hint = "Put it there: helm pull --untar, and commit it.";
  throw new CatalystError("kustomize-remote-refused", message, { place, hint });
}

/** The values in place of the chart's own, or these themselves, with what is given inline. */
function firstValues(chart: HelmChart, given: string, layer: Layer, place: Place): ValuesFile {
  const { valuesInline = {}, valuesMerge = "" } = chart;
  if (valuesMerge !== "" && !mergeOptions.includes(valuesMerge))
    throw invalid(`valuesMerge must be one of ${mergeOptions.join(", ")}`, place);
  const isInline = Object.keys(valuesInline).length > 0;
  const path = chart.valuesFile || `${given}/values.yaml`;
  if (isInline && valuesMerge === "replace") return { path, text: JSON.stringify(valuesInline) };
  const own = readValues(path, layer, place);
  if (!isInline) return own;
  const [into, over] =
    valuesMerge === "merge" ? [valuesInline, valueFields(own)] : [valueFields(own), valuesInline];
  return within(place, () => {
    const merged = mergeValues(into, over, layer.build.schemas) ?? {};
    return { path, text: JSON.stringify(meaningOf(merged, "json")) };
  });
}

function readValues(path: string, layer: Layer, place: Place): ValuesFile {
  return { path: layer.path(path, place), text: layer.readText(path, place) };
}

/** Reads the first document of a values file as Kustomize merges it, a mapping or null: scalars keep their texts. */
function valueFields({ path, text }: ValuesFile): unknown {
  const source = { file: path, dialect: "kustomize", scalar: readScalar, fieldAlias } as const;
  const first = parseFirstYaml(text, source);
  if (first !== undefined && (isNull(first.value) || isMapping(first.value))) return first.value;
  const hint = "Give it a field, or leave out valuesInline.";
  throw new CatalystError("kustomize-invalid", "the values file is no mapping", {
    place: { file: path },
    hint,
  });
}

function marked(object: Fields): Fields {
  const metadata = fieldOf(object, "metadata");
  const fields = isMapping(metadata) ? metadata : {};
  const annotations = fieldOf(fields, "annotations");
  const texts = withField(isMapping(annotations) ? annotations : {}, helmMark, "true");
  return withField(object, "metadata", withField(fields, "annotations", texts));
}

function helmRefused(place: Place): CatalystError {
  return new CatalystError("kustomize-helm-refused", "charts aren't rendered within this kustomization", {
    place,
    hint: "Install the chart by itself, or list its rendered manifest.",
  });
}

function invalid(message: string, place: Place): CatalystError {
  return new CatalystError("kustomize-invalid", message, { place });
}
