import { isCatalystError } from "@catalyst/base/errors";
import { tryParseVersion } from "@catalyst/base/version";
import { parseRange } from "@catalyst/base/version-range";
import { type ChartMetadata, parseMetadata, unknownField } from "../chart/metadata.ts";
import { readYaml } from "../chart/values-file.ts";
import type { Value } from "../template/values.ts";
import { type LintMessage, message } from "./messages.ts";

const file = "Chart.yaml";

/** Checks Chart.yaml. */
export function lintChartFile(text: string): LintMessage[] {
  let metadata: ChartMetadata;
  try {
    metadata = parseMetadata(text, "v2.Metadata");
  } catch (error) {
    if (!isCatalystError(error)) throw error;
    return message("ERROR", file, `unable to parse YAML\n\t${withoutFile(error.message)}`);
  }
  const unknown = unknownField(text);
  const fields = readYaml(text);
  const fail = (problem: string | undefined) => message("ERROR", file, problem);
  return [
    ...message("WARNING", file, unknown && `failed to strictly parse chart metadata file\n\t${unknown}`),
    ...fail(nameProblem(metadata)),
    ...fail(apiVersionProblem(metadata)),
    ...fail(typeProblem(fields, "version")),
    ...fail(versionProblem(metadata)),
    ...fail(typeProblem(fields, "appVersion")),
    ...fail(maintainerProblem(metadata, fields)),
    ...fail(sourceProblem(metadata)),
    ...message("INFO", file, metadata.icon === "" ? "icon is recommended" : undefined),
    ...fail(iconProblem(metadata)),
    ...fail(onlyInVersion2(metadata, metadata.type !== "", "chart type is not valid in apiVersion", "It is")),
    ...fail(
      onlyInVersion2(
        metadata,
        metadata.dependencies.length > 0,
        "dependencies are not valid in the Chart file with apiVersion",
        "They are",
      ),
    ),
    ...message(
      "WARNING",
      file,
      strictVersion.test(metadata.version)
        ? undefined
        : `version '${metadata.version}' is not a valid SemVerV2`,
    ),
  ];
}

const strictVersion = /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?$/;

function withoutFile(text: string): string {
  return text.replace(/^cannot load Chart\.yaml: /, "");
}

function nameProblem({ name }: ChartMetadata): string | undefined {
  if (name === "") return "name is required";
  return name.includes("/") ? `chart name ${JSON.stringify(name)} is invalid` : undefined;
}

function apiVersionProblem({ apiVersion }: ChartMetadata): string | undefined {
  const rule = 'The value must be either "v1" or "v2"';
  if (apiVersion === "") return `apiVersion is required. ${rule}`;
  if (apiVersion === "v1" || apiVersion === "v2") return undefined;
  return `apiVersion '${apiVersion}' is not valid. ${rule}`;
}

/** A version written as a number loses its zeros. */
function typeProblem(fields: Value, name: string): string | undefined {
  const value = fields instanceof Map ? fields.get(name) : undefined;
  if (value === undefined || typeof value === "string") return undefined;
  return `${name} should be of type string but it's of type ${goTypeOf(value)}`;
}

function goTypeOf(value: Value): string {
  if (value === null) return "<nil>";
  if (Array.isArray(value)) return "[]interface {}";
  if (value instanceof Map) return "map[string]interface {}";
  return typeof value === "boolean" ? "bool" : "float64";
}

function versionProblem({ version }: ChartMetadata): string | undefined {
  if (version === "") return "version is required";
  const parsed = tryParseVersion(version);
  if (parsed === undefined) return `version '${version}' is not a valid SemVer`;
  if (parseRange(">0.0.0-0").matches(parsed)) return undefined;
  return `version ${JSON.stringify(version)} is less than or equal to "0.0.0-0"`;
}

function maintainerProblem({ maintainers }: ChartMetadata, fields: Value): string | undefined {
  const entries = fields instanceof Map ? fields.get("maintainers") : undefined;
  if (Array.isArray(entries) && entries.includes(null)) return "a maintainer entry is empty";
  for (const { name, email, url } of maintainers) {
    if (name === "") return "each maintainer requires a name";
    if (email !== "" && !isEmail(email)) return `invalid email '${email}' for maintainer '${name}'`;
    if (url !== "" && !isPageAddress(url)) return `invalid url '${url}' for maintainer '${name}'`;
  }
  return undefined;
}

function isEmail(text: string): boolean {
  return /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text);
}

/** An address as people write it, also without its scheme. */
function isPageAddress(text: string): boolean {
  const address = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `https://${text}`;
  if (/\s/.test(text) || !URL.canParse(address)) return false;
  const { protocol, hostname } = new URL(address);
  const isKnown = ["http:", "https:", "ftp:", "tcp:", "udp:", "ws:", "wss:", "irc:", "rtsp:"].includes(
    protocol,
  );
  return isKnown && (hostname === "localhost" || /[^.]\.[^.]|^\[/.test(hostname));
}

function sourceProblem({ sources }: ChartMetadata): string | undefined {
  const wrong = sources.find((source) => !URL.canParse(source));
  return wrong === undefined ? undefined : `invalid source URL '${wrong}'`;
}

function iconProblem({ icon }: ChartMetadata): string | undefined {
  return icon === "" || URL.canParse(icon) ? undefined : `invalid icon URL '${icon}'`;
}

function onlyInVersion2(
  { apiVersion }: ChartMetadata,
  isUsed: boolean,
  problem: string,
  subject: string,
): string | undefined {
  if (!isUsed || apiVersion === "v2") return undefined;
  return `${problem} '${apiVersion}'. ${subject} valid in apiVersion 'v2'`;
}
