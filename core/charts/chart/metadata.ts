import { tryParseVersion } from "@catalyst/base/version";
import { printYaml } from "@catalyst/base/yaml";
import { isPrintable } from "../template/quoting.ts";
import { GoError, TypedMap, type Value } from "../template/values.ts";
import { chartInvalid } from "./errors.ts";
import { toPlainJson } from "./plain.ts";
import { type FieldTable, mistyped, readTyped, unknownIn } from "./typed-fields.ts";
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

const maintainerTable: FieldTable = {
  name: "Maintainer",
  fields: { name: "text", email: "text", url: "text" },
};

const dependencyTable: FieldTable = {
  name: "Dependency",
  fields: {
    name: "text",
    version: "text",
    repository: "text",
    condition: "text",
    tags: "texts",
    alias: "text",
    enabled: "boolean",
    "import-values": "values",
  },
};

const metadataTable: FieldTable = {
  name: "Metadata",
  fields: {
    apiVersion: "text",
    name: "text",
    version: "text",
    appVersion: "text",
    description: "text",
    home: "text",
    icon: "text",
    type: "text",
    kubeVersion: "text",
    condition: "text",
    tags: "text",
    deprecated: "boolean",
    sources: "texts",
    keywords: "texts",
    maintainers: maintainerTable,
    annotations: "textMap",
    dependencies: dependencyTable,
  },
};

/**
 * Reads Chart.yaml, over which the fields of an old chart's requirements.yaml win. Throws `chart-invalid` with
 * Helm's text.
 */
export function readMetadata(chartYaml: string, requirementsYaml?: string): ChartMetadata {
  const fields = readFields(chartYaml, "Chart.yaml", "v2.Metadata");
  if (requirementsYaml !== undefined) {
    for (const [name, value] of readFields(requirementsYaml, "requirements.yaml", "v2.Metadata")) {
      fields.set(name, value);
    }
  }
  refuseNulls(fields);
  const read = metadataOf(fields);
  const metadata = { ...read, apiVersion: read.apiVersion || "v1" };
  validate(metadata);
  return metadata;
}

/**
 * Reads Chart.yaml as it is, without asking whether a chart may say so; an entry that is null is left out.
 * `wanted` is how an error names what was wanted. Throws `chart-invalid`.
 */
export function parseMetadata(chartYaml: string, wanted: string): ChartMetadata {
  return metadataOf(readFields(chartYaml, "Chart.yaml", wanted));
}

function metadataOf(fields: Map<string, Value>): ChartMetadata {
  return {
    apiVersion: text(fields, "apiVersion"),
    name: clean(text(fields, "name")),
    version: text(fields, "version"),
    appVersion: clean(text(fields, "appVersion")),
    description: clean(text(fields, "description")),
    home: clean(text(fields, "home")),
    icon: clean(text(fields, "icon")),
    type: text(fields, "type"),
    kubeVersion: clean(text(fields, "kubeVersion")),
    condition: clean(text(fields, "condition")),
    tags: clean(text(fields, "tags")),
    deprecated: fields.get("deprecated") === true,
    sources: texts(fields, "sources").map(clean),
    keywords: texts(fields, "keywords").map(clean),
    maintainers: items(fields, "maintainers").map(readMaintainer),
    annotations: (fields.get("annotations") ?? new Map()) as Map<string, string>,
    dependencies: items(fields, "dependencies").map(readDependency),
  };
}

/** Gives Go's error for the first field of Chart.yaml that Helm doesn't know; undefined when it knows all. */
export function unknownField(chartYaml: string): string | undefined {
  const value = readYaml(chartYaml);
  const name = value instanceof Map ? unknownIn(value, metadataTable) : undefined;
  return name === undefined
    ? undefined
    : `error unmarshaling JSON: while decoding JSON: json: unknown field ${JSON.stringify(name)}`;
}

function readFields(yaml: string, file: string, wanted: string): Map<string, Value> {
  try {
    const value = readYaml(yaml);
    if (value === null || value === undefined) return new Map();
    if (value instanceof Map) return readTyped(value, metadataTable);
    throw mistyped(value, "value", wanted);
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
  return {
    name: clean(text(fields, "name")),
    version: clean(text(fields, "version")),
    repository: clean(text(fields, "repository")),
    condition: clean(text(fields, "condition")),
    tags: texts(fields, "tags").map(clean),
    alias: text(fields, "alias"),
    importValues: (fields.get("import-values") ?? []) as Value[],
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

function items(fields: Map<string, Value>, name: string): Map<string, Value>[] {
  return ((fields.get(name) ?? []) as Value[]).filter((item) => item instanceof Map);
}

function refuseNulls(fields: Map<string, Value>): void {
  for (const name of ["maintainers", "dependencies"]) {
    if (!((fields.get(name) ?? []) as Value[]).includes(null)) continue;
    throw invalid(`${name} must not contain empty or null nodes`);
  }
}

function text(fields: Map<string, Value>, name: string): string {
  return (fields.get(name) ?? "") as string;
}

function texts(fields: Map<string, Value>, name: string): string[] {
  return (fields.get(name) ?? []) as string[];
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
  return { ...present({ ...others, "import-values": importValues.map(toPlainJson) }), repository };
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
