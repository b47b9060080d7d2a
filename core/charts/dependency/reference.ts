import { CatalystError, isCatalystError } from "@catalyst/base/errors";
import { type DownloadedChart, download } from "./download.ts";
import { chooseVersion, rangeOf } from "./resolve.ts";
import { type DependencyTransport, sourceOf } from "./transport.ts";

/** A chart in a registry or repository. */
export interface ChartReference {
  readonly name: string;
  /** `oci://host/path`, or the address of a repository's index without its name. */
  readonly repository: string;
  /** A version or a range; the newest that is released when empty. */
  readonly version: string;
}

/**
 * Reads `oci://host/path/name`, also with `:version` behind it; `version` is the one asked for beside it. Throws
 * `chart-reference-invalid`.
 */
export function readOciReference(text: string, version = ""): ChartReference {
  const [, repository, name, tag] = /^(oci:\/\/.+)\/([^/:@]+)(?::([^/:@]+))?$/.exec(text) ?? [];
  if (repository === undefined || name === undefined) {
    throw new CatalystError("chart-reference-invalid", `${text} doesn't name a chart in a registry`, {
      hint: "Write it like oci://registry.example.com/charts/web.",
    });
  }
  return { repository, name, version: version || (tag ?? "").replaceAll("_", "+") };
}

/**
 * Gets a chart's archive. Throws `chart-dependency-unknown` when no version fits, `chart-digest-mismatch`, and
 * `chart-fetch-failed`.
 */
export async function fetchChart(
  reference: ChartReference,
  transport: DependencyTransport,
): Promise<DownloadedChart> {
  const wanted = { ...reference, version: reference.version || "*" };
  const version = await chooseVersion(wanted, rangeOf(wanted), transport).catch((cause: unknown) => {
    throw unreachable(reference, cause);
  });
  if (version !== undefined) return download({ ...wanted, version }, transport);
  throw notFound(reference);
}

/** In Helm's words for a repository that isn't one, or hasn't the chart. */
function unreachable(reference: ChartReference, cause: unknown): unknown {
  const { repository } = reference;
  if (sourceOf(repository) !== "repository" || !isCatalystError(cause)) return cause;
  if (cause.code === "chart-dependency-unknown") return notFound(reference);
  return new CatalystError(
    cause.code,
    `looks like ${JSON.stringify(repository)} is not a valid chart repository or cannot be reached: ${cause.message}`,
    { cause },
  );
}

function notFound({ name, repository, version }: ChartReference): CatalystError {
  const chart = `chart ${JSON.stringify(name)}${version === "" ? "" : ` version ${JSON.stringify(version)}`}`;
  return new CatalystError("chart-dependency-unknown", `${chart} not found in ${repository} repository`);
}
