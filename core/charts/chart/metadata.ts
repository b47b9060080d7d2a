import { tryParseVersion } from "@catalyst/base/version";
import { printYaml } from "@catalyst/base/yaml";
import { isPrintable } from "../template/quoting.ts";
import { GoError, TypedMap, type Value } from "../template/values.ts";
import { chartInvalid } from "./errors.ts";
import { readYaml } from "./values-file.ts";

export interface Maintainer {
  readonly name: string;
  readonly email: string;
  readonly url: string;
}

/** An entry of `dependencies` in Chart.yaml. */
export interface Dependency {
  readonly name: string;
  readonly version: string;
  readonly repository: string;
  readonly condition: string;
  readonly tags: readonly string[];
  readonly alias: string;
  readonly importValues: readonly Value[];
}

/** What Chart.yaml says. Absent texts are empty. */
export interface ChartMetadata {
  readonly apiVersion: string;
  readonly name: string;
  readonly version: string;
  readonly appVersion: string;
  readonly description: string;
  readonly home: string;
  readonly icon: string;
  readonly type: string;
  readonly kubeVersion: string;
  readonly condition: string;
  readonly tags: string;
  readonly deprecated: boolean;
  readonly sources: readonly string[];
  readonly keywords: readonly string[];
  readonly maintainers: readonly Maintainer[];
  readonly annotations: ReadonlyMap<string, string>;
  readonly dependencies: readonly Dependency[];
}

/**
 * Reads Chart.yaml, and the dependencies of a v1 chart's requirements.yaml. Throws `chart-invalid` with Helm's
 * text.
 */
export function readMetadata(chartYaml: string, requirementsYaml?: string): ChartMetadata {
  const chart = readFields(chartYaml, "Chart.yaml");
  const requirements =
    requirementsYaml === undefined ? undefined : readFields(requirementsYaml, "requirements.yaml");
  const dependencies = requirements?.get("dependencies") ?? chart.get("dependencies");
  const metadata: ChartMetadata = {
    apiVersion: text(chart, "apiVersion") || "v1",
    name: clean(text(chart, "name")),
    version: text(chart, "version"),
    appVersion: clean(text(chart, "appVersion")),
    description: clean(text(chart, "description")),
    home: clean(text(chart, "home")),
    icon: clean(text(chart, "icon")),
    type: text(chart, "type"),
    kubeVersion: clean(text(chart, "kubeVersion")),
    condition: clean(text(chart, "condition")),
    tags: clean(text(chart, "tags")),
    deprecated: chart.get("deprecated") === true,
    sources: texts(chart, "sources").map(clean),
    keywords: texts(chart, "keywords").map(clean),
    maintainers: items(chart.get("maintainers"), "maintainers").map(readMaintainer),
    annotations: new Map([...asMap(chart.get("annotations"))].map(([key, value]) => [key, asText(value)])),
    dependencies: items(dependencies, "dependencies").map(readDependency),
  };
  validate(metadata);
  return metadata;
}

function readFields(yaml: string, file: string): Map<string, Value> {
  try {
    const value = readYaml(yaml);
    if (value === null || value === undefined) return new Map();
    if (value instanceof Map) return value;
    throw new GoError(
      "error unmarshaling JSON: while decoding JSON: json: cannot unmarshal into Go value of type chart.Metadata",
    );
  } catch (error) {
    if (!(error instanceof GoError)) throw error;
    throw chartInvalid(`cannot load ${file}: ${error.message}`, { place: { file } });
  }
}

function readMaintainer(fields: Map<string, Value>): Maintainer {
  return {
    name: clean(text(fields, "name")),
    email: clean(text(fields, "email")),
    url: clean(text(fields, "url")),
  };
}

function readDependency(fields: Map<string, Value>): Dependency {
  const importValues = fields.get("import-values");
  return {
    name: clean(text(fields, "name")),
    version: clean(text(fields, "version")),
    repository: clean(text(fields, "repository")),
    condition: clean(text(fields, "condition")),
    tags: texts(fields, "tags").map(clean),
    alias: text(fields, "alias"),
    importValues: Array.isArray(importValues) ? importValues : [],
  };
}

function validate(metadata: ChartMetadata): void {
  const { name, version, type } = metadata;
  if (name === "") throw invalid("chart.metadata.name is required");
  // A name is used as a folder's (security case 6).
  if (name === "." || name === "..")
    throw invalid(`chart.metadata.name ${JSON.stringify(name)} is not allowed`);
  if (name.includes("/")) throw invalid(`chart.metadata.name ${JSON.stringify(name)} is invalid`);
  if (version === "") throw invalid("chart.metadata.version is required");
  if (tryParseVersion(version) === undefined) {
    throw invalid(`chart.metadata.version ${JSON.stringify(version)} is invalid`);
  }
  if (!["", "application", "library"].includes(type)) {
    throw invalid("chart.metadata.type must be application or library");
  }
  const names = new Set<string>();
  for (const dependency of metadata.dependencies) {
    if (dependency.alias !== "" && !/^[a-zA-Z0-9_-]+$/.test(dependency.alias)) {
      throw invalid(`dependency ${JSON.stringify(dependency.name)} has disallowed characters in the alias`);
    }
    const key = dependency.alias || dependency.name;
    if (names.has(key)) throw invalid(`more than one dependency with name or alias ${JSON.stringify(key)}`);
    names.add(key);
  }
}

function invalid(message: string) {
  return chartInvalid(`validation: ${message}`, { place: { file: "Chart.yaml" } });
}

function items(value: Value, field: string): Map<string, Value>[] {
  if (!Array.isArray(value)) return [];
  return value.map((item) => {
    if (item instanceof Map) return item;
    throw invalid(`${field} must not contain empty or null nodes`);
  });
}

function asMap(value: Value): Map<string, Value> {
  return value instanceof Map ? value : new Map();
}

function text(fields: Map<string, Value>, name: string): string {
  return asText(fields.get(name));
}

function texts(fields: Map<string, Value>, name: string): string[] {
  const value = fields.get(name);
  return Array.isArray(value) ? value.map(asText) : [];
}

/** A number or boolean where a text belongs is taken as text, as sigs.k8s.io/yaml does. */
function asText(value: Value): string {
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  return typeof value === "string" ? value : "";
}

/** Turns white space into spaces and leaves out what can't be printed. */
function clean(value: string): string {
  return [...value]
    .map((character) => (/\s/.test(character) ? " " : character))
    .filter(isPrintable)
    .join("");
}

/** Gives `.Chart` as templates see it. */
export function metadataValue(metadata: ChartMetadata, isRoot: boolean): Map<string, Value> {
  return new Map<string, Value>([
    ["APIVersion", metadata.apiVersion],
    ["Annotations", annotationsValue(metadata.annotations)],
    ["AppVersion", metadata.appVersion],
    ["Condition", metadata.condition],
    ["Dependencies", metadata.dependencies.map(dependencyValue)],
    ["Deprecated", metadata.deprecated],
    ["Description", metadata.description],
    ["Home", metadata.home],
    ["Icon", metadata.icon],
    ["IsRoot", isRoot],
    ["Keywords", [...metadata.keywords]],
    ["KubeVersion", metadata.kubeVersion],
    [
      "Maintainers",
      metadata.maintainers.map(
        (one) =>
          new Map([
            ["Name", one.name],
            ["Email", one.email],
            ["URL", one.url],
          ]),
      ),
    ],
    ["Name", metadata.name],
    ["Sources", [...metadata.sources]],
    ["Tags", metadata.tags],
    ["Type", metadata.type],
    ["Version", metadata.version],
  ]);
}

function annotationsValue(annotations: ReadonlyMap<string, string>): TypedMap {
  const map = new TypedMap("map[string]string", annotations, "");
  map.isNil = annotations.size === 0;
  return map;
}

function dependencyValue(dependency: Dependency): Map<string, Value> {
  return new Map<string, Value>([
    ["Name", dependency.name],
    ["Version", dependency.version],
    ["Repository", dependency.repository],
    ["Condition", dependency.condition],
    ["Tags", [...dependency.tags]],
    ["Enabled", true],
    ["ImportValues", [...dependency.importValues]],
    ["Alias", dependency.alias],
  ]);
}

/** Gives the fields of Chart.yaml that are set, in Helm's JSON names: for release records and packages. */
export function metadataJson(metadata: ChartMetadata): Record<string, unknown> {
  const all: Record<string, unknown> = {
    name: metadata.name,
    home: metadata.home,
    sources: metadata.sources,
    version: metadata.version,
    description: metadata.description,
    keywords: metadata.keywords,
    maintainers: metadata.maintainers.map(present),
    icon: metadata.icon,
    apiVersion: metadata.apiVersion,
    condition: metadata.condition,
    tags: metadata.tags,
    appVersion: metadata.appVersion,
    deprecated: metadata.deprecated,
    annotations: Object.fromEntries(metadata.annotations),
    kubeVersion: metadata.kubeVersion,
    dependencies: metadata.dependencies.map(dependencyJson),
    type: metadata.type,
  };
  return present(all);
}

function dependencyJson(dependency: Dependency): Record<string, unknown> {
  const { importValues, repository, ...others } = dependency;
  return { ...present({ ...others, "import-values": importValues }), repository };
}

function present(fields: object): Record<string, unknown> {
  const isSet = (value: unknown) =>
    Array.isArray(value)
      ? value.length > 0
      : typeof value === "object" && value !== null
        ? Object.keys(value).length > 0
        : Boolean(value);
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => isSet(value)));
}

/** Prints Chart.yaml as Helm writes it into a package. */
export function printMetadata(metadata: ChartMetadata): string {
  return printYaml(metadataJson(metadata));
}
