import { CatalystError } from "@catalyst/base/errors";
import { download } from "./fetch.ts";
import { chooseVersion, rangeOf } from "./resolve.ts";
import type { DependencyTransport } from "./transport.ts";

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

/** Gets a chart's archive. Throws `chart-dependency-unknown` when no version fits, `chart-digest-mismatch`. */
export async function fetchChart(
  reference: ChartReference,
  transport: DependencyTransport,
): Promise<Uint8Array> {
  const wanted = { ...reference, version: reference.version || "*" };
  const version = await chooseVersion(wanted, rangeOf(wanted), transport);
  if (version !== undefined) return download({ ...wanted, version }, transport);
  throw new CatalystError(
    "chart-dependency-unknown",
    `no version of ${reference.name} in ${reference.repository} fits ${wanted.version}`,
  );
}
