import { isObject } from "@catalyst/base/json";
import { parseYamlStream } from "@catalyst/base/yaml";
import { type Chart, loadChart, renderChart } from "@catalyst/charts";
import { connectionSecretName } from "@catalyst/model/naming";
import { chartValues, type PlatformFacts } from "../expansion/values.ts";
import { type BlueprintFolder, chartFolder, filesBelow } from "../folder/folder.ts";
import { dependencyAlias } from "../plan/check.ts";

/** An object of a rendering and the template it came from. */
export interface RenderedObject {
  /** `chart/templates/service.yaml` */
  readonly file: string;
  readonly kind: string;
  readonly name: string;
  readonly object: Readonly<Record<string, unknown>>;
}

export interface RenderedBlueprint {
  /** What it was rendered with, for people: `size small`. */
  readonly label: string;
  readonly objects: readonly RenderedObject[];
}

const application = "example";

/** Facts of a platform that a Blueprint is tried out on. */
const platform: PlatformFacts = {
  sovereign: "example",
  organization: "acme",
  environment: "acme-dev",
  application,
  host: "example.acme-dev.localhost",
  url: "http://example.acme-dev.localhost",
  registry: "registry.catalyst.local",
  connectionSecret: connectionSecretName(application),
};

/** Loads a Blueprint's chart from its files. Throws `chart-invalid`. */
export function chartOf(folder: BlueprintFolder): Chart {
  return loadChart(filesBelow(folder.files, chartFolder));
}

/** The values of an empty config in a size, with every dependency met. */
export function exampleValues(
  folder: BlueprintFolder,
  size: string | undefined,
): Readonly<Record<string, unknown>> {
  const { spec } = folder.manifest;
  const dependencies = (spec.depends ?? []).map((dependency) => {
    const alias = dependencyAlias(dependency);
    const provider = `${application}-${alias}`;
    return [alias, { application: provider, connectionSecret: connectionSecretName(provider) }] as const;
  });
  return chartValues(spec, size === undefined ? {} : { size }, platform, Object.fromEntries(dependencies));
}

/** Renders a chart. Throws what rendering throws. */
export function render(chart: Chart, values: object, label: string): RenderedBlueprint {
  const rendered = renderChart({ chart, values, release: { name: application, namespace: application } });
  const objects = [...rendered.manifests, ...rendered.hooks].flatMap((manifest) =>
    parseYamlStream(manifest.content, { file: manifest.path }).flatMap(({ value }) =>
      isObject(value)
        ? [{ file: fileOf(manifest.path), kind: manifest.kind, name: manifest.name, object: value }]
        : [],
    ),
  );
  return { label, objects };
}

/** `bp-x/templates/a.yaml` is `chart/templates/a.yaml` in the Blueprint's folder. */
function fileOf(path: string): string {
  return `${chartFolder}/${path.slice(path.indexOf("/") + 1)}`;
}
