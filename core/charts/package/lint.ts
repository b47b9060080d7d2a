import { isCatalystError } from "@catalyst/base/errors";
import { tryParseVersion } from "@catalyst/base/version";
import { parseRange } from "@catalyst/base/version-range";
import type { Capabilities } from "../chart/capabilities.ts";
import type { Chart } from "../chart/chart.ts";
import { readYaml } from "../chart/values-file.ts";
import { splitManifests } from "../render/manifests.ts";
import { renderChart } from "../render/render.ts";
import { decodeBytes } from "../template/bytes.ts";
import type { Value } from "../template/values.ts";

export type LintSeverity = "INFO" | "WARNING" | "ERROR";

export interface LintMessage {
  readonly severity: LintSeverity;
  /** The file or folder it is about, below the chart's; `.` is the chart itself. */
  readonly path: string;
  readonly text: string;
}

export interface LintOptions {
  readonly values?: object | undefined;
  readonly namespace?: string | undefined;
  readonly capabilities?: Capabilities | undefined;
}

const chartFile = "Chart.yaml";

/** Checks a chart as `helm lint`; a chart that can't be loaded fails before this, in loadChart. */
export function lintChart(chart: Chart, options: LintOptions = {}): LintMessage[] {
  return [
    ...lintMetadata(chart),
    ...(chart.raw.some(({ name }) => name === "values.yaml")
      ? []
      : [info("values.yaml", "file does not exist")]),
    ...lintTemplates(chart, options),
    ...lintDependencies(chart),
    ...lintCrds(chart),
  ];
}

/** Prints messages as `helm lint` does: `[ERROR] templates/: …`. */
export function printLintMessages(folder: string, messages: readonly LintMessage[]): string {
  const lines = messages.map(
    ({ severity, path, text }) => `[${severity}] ${path === "." ? folder : path}: ${text}\n`,
  );
  return `==> Linting ${folder}\n${lines.join("")}\n`;
}

function info(path: string, text: string): LintMessage {
  return { severity: "INFO", path, text };
}

function warning(path: string, text: string): LintMessage {
  return { severity: "WARNING", path, text };
}

function failure(path: string, text: string): LintMessage {
  return { severity: "ERROR", path, text };
}

function lintMetadata({ metadata, raw }: Chart): LintMessage[] {
  const messages: LintMessage[] = [];
  const fail = (text: string) => void messages.push(failure(chartFile, text));
  const source = decodeBytes(raw.find(({ name }) => name === chartFile)?.data ?? new Uint8Array());
  const written = readYaml(source);
  const fields = written instanceof Map ? written : new Map<string, Value>();
  const version = tryParseVersion(metadata.version);
  if (!fields.has("apiVersion")) fail('apiVersion is required. The value must be either "v1" or "v2"');
  else if (!["v1", "v2"].includes(metadata.apiVersion)) {
    fail(`apiVersion '${metadata.apiVersion}' is not valid. The value must be either "v1" or "v2"`);
  }
  for (const field of ["version", "appVersion"]) {
    const value = fields.get(field);
    if (typeof value === "number") fail(`${field} should be of type string but it's of type float64`);
    if (typeof value === "boolean") fail(`${field} should be of type string but it's of type bool`);
  }
  if (version !== undefined && !parseRange(">0.0.0-0").matches(version)) {
    fail(`version ${metadata.version} is less than or equal to 0.0.0-0`);
  }
  for (const { name, email } of metadata.maintainers) {
    if (name === "") fail("each maintainer requires a name");
    else if (email !== "" && !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email)) {
      fail(`invalid email '${email}' for maintainer '${name}'`);
    }
  }
  for (const url of metadata.sources) if (!isUrl(url)) fail(`invalid source URL '${url}'`);
  if (metadata.icon === "") messages.push(info(chartFile, "icon is recommended"));
  else if (!isUrl(metadata.icon)) fail(`invalid icon URL '${metadata.icon}'`);
  const onlyInV2 = (what: string) => `${what} in apiVersion 'v1'. It is valid in apiVersion 'v2'`;
  if (metadata.type !== "" && metadata.apiVersion === "v1") fail(onlyInV2("chart type is not valid"));
  if (fields.has("dependencies") && metadata.apiVersion === "v1") {
    fail(
      "dependencies are not valid in the Chart file with apiVersion 'v1'. They are valid in apiVersion 'v2'",
    );
  }
  if (!/^\d+\.\d+\.\d+([-+]|$)/.test(metadata.version)) {
    messages.push(warning(chartFile, `version '${metadata.version}' is not a valid SemVerV2`));
  }
  return messages;
}

function isUrl(text: string): boolean {
  return URL.canParse(text);
}

function lintTemplates(chart: Chart, options: LintOptions): LintMessage[] {
  const folder = "templates/";
  if (chart.templates.length === 0) return [warning(folder, "directory does not exist")];
  let files: ReadonlyMap<string, string>;
  try {
    files = renderChart({
      chart,
      values: options.values,
      release: { name: "test-release", namespace: options.namespace ?? "default" },
      capabilities: options.capabilities,
      lint: true,
    }).files;
  } catch (error) {
    if (!isCatalystError(error)) throw error;
    return [failure(folder, error.message)];
  }
  return chart.templates.flatMap(({ name }) =>
    lintTemplate(name, files.get(`${chart.metadata.name}/${name}`) ?? ""),
  );
}

function lintTemplate(name: string, text: string): LintMessage[] {
  const extension = /\.[^./]*$/.exec(name)?.[0] ?? "";
  if (![".yaml", ".yml", ".tpl", ".txt"].includes(extension)) {
    return [
      failure(
        name,
        `file extension '${extension}' not valid. Valid extensions are .yaml, .yml, .tpl, or .txt`,
      ),
    ];
  }
  if (!/^\.ya?ml$/i.test(extension) || text.trim() === "") return [];
  const messages: LintMessage[] = [];
  const first = text.split("\n").find((line) => line.trim() !== "") ?? "";
  if (/^[ \t]/.test(first)) {
    messages.push(
      warning(
        name,
        `document starts with an illegal indent: ${JSON.stringify(first)}, which may cause parsing problems`,
      ),
    );
  }
  for (const document of splitManifests(text)) messages.push(...lintObject(name, readYaml(document), text));
  return messages;
}

function lintObject(file: string, value: Value, text: string): LintMessage[] {
  if (!(value instanceof Map)) return [];
  const metadata = value.get("metadata");
  const name = metadata instanceof Map ? metadata.get("name") : undefined;
  const kind = value.get("kind");
  const shown = JSON.stringify(typeof name === "string" ? name : "");
  const messages: LintMessage[] = [];
  const rule = nameRule(typeof name === "string" ? name : "", String(kind));
  if (rule !== undefined) {
    const text = `object name does not conform to Kubernetes naming requirements: ${shown}: metadata.name: Invalid value: ${shown}: ${rule}`;
    messages.push(warning(file, text));
  }
  const needsSelector = ["Deployment", "ReplicaSet", "DaemonSet", "StatefulSet"].includes(String(kind));
  if (needsSelector && !/matchLabels|matchExpressions/.test(text)) {
    messages.push(
      failure(file, `a ${String(kind)} must contain matchLabels or matchExpressions, and ${shown} does not`),
    );
  }
  return messages;
}

const subdomainRule =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start " +
  "and end with an alphanumeric character (e.g. 'example.com', regex used for validation is " +
  "'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const labelRule =
  "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, " +
  "and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is " +
  "'[a-z]([-a-z0-9]*[a-z0-9])?')";

/** The rule of Kubernetes that a name breaks; undefined when it is fine for its kind. */
function nameRule(name: string, kind: string): string | undefined {
  if (/^(Cluster)?Role(Binding)?$/.test(kind)) {
    if (name === "." || name === "..") return `may not be '${name}'`;
    return /[/%]/.test(name) ? `may not contain '${/[/%]/.exec(name)?.[0]}'` : undefined;
  }
  if (kind === "CertificateSigningRequest") return undefined;
  if (kind === "Service") return /^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/.test(name) ? undefined : labelRule;
  const isSubdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/.test(name);
  return isSubdomain && name.length <= 253 ? undefined : subdomainRule;
}

function lintDependencies(chart: Chart): LintMessage[] {
  const declared = chart.metadata.dependencies.map(({ name }) => name);
  const present = chart.dependencies.map(({ metadata }) => metadata.name);
  const undeclared = present.filter((name) => !declared.includes(name));
  const missing = declared.filter((name) => !present.includes(name));
  const messages: LintMessage[] = [];
  if (undeclared.length > 0) {
    messages.push(failure(".", `chart metadata is missing these dependencies: ${undeclared.join(",")}`));
  }
  if (missing.length > 0) {
    messages.push(warning(".", `chart directory is missing these dependencies: ${missing.join(",")}`));
  }
  return messages;
}

function lintCrds(chart: Chart): LintMessage[] {
  const crds = chart.files.filter(({ name }) => /^crds\/.*\.(ya?ml|json)$/i.test(name));
  return crds.flatMap(({ name, data }) => {
    try {
      return splitManifests(decodeBytes(data)).flatMap((document) => lintCrd(name, readYaml(document)));
    } catch (error) {
      return [failure(name, `unable to parse YAML: ${(error as Error).message}`)];
    }
  });
}

function lintCrd(file: string, value: Value): LintMessage[] {
  if (!(value instanceof Map)) return [];
  const messages: LintMessage[] = [];
  if (!String(value.get("apiVersion")).startsWith("apiextensions.k8s.io")) {
    messages.push(failure(file, "apiVersion is not in 'apiextensions.k8s.io'"));
  }
  if (value.get("kind") !== "CustomResourceDefinition") {
    messages.push(failure(file, "object kind is not 'CustomResourceDefinition'"));
  }
  return messages;
}
