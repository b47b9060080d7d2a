import { CatalystError, isCatalystError } from "@catalyst/base/errors";
import { loadChart } from "../load-chart.ts";
import type { LockedDependency } from "./lock.ts";
import { archiveFromRepository } from "./repository-index.ts";
import { type DependencyTransport, sourceOf } from "./transport.ts";

/** A chart's archive as it was got. */
export interface DownloadedChart {
  /** What it was got from: an http(s) address, or `oci://host/path/name:version`. */
  readonly url: string;
  /** The file's name, which a provenance file names too. */
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Gets the provenance file beside it. Throws `chart-fetch-failed`. */
  provenance(): Promise<string>;
}

/** Looks at an archive before it is taken; gives what is to be told of it, a line each. Throws to refuse it. */
export type CheckArchive = (chart: DownloadedChart) => Promise<readonly string[]>;

/**
 * Gets a chart's archive from a registry or repository. Throws `chart-invalid` for what is no chart, which would
 * make the whole unreadable, and what the transport throws.
 */
export async function download(
  dependency: LockedDependency,
  transport: DependencyTransport,
): Promise<DownloadedChart> {
  const chart =
    sourceOf(dependency.repository) === "registry"
      ? await fromRegistry(dependency, transport)
      : await fromRepository(dependency, transport);
  refuseOtherThanChart(chart);
  return chart;
}

/** Says of what was got and is no chart where it came from. */
function refuseOtherThanChart({ url, bytes }: Pick<DownloadedChart, "url" | "bytes">): void {
  try {
    loadChart(bytes);
  } catch (cause) {
    if (!isCatalystError(cause, "chart-invalid")) throw cause;
    throw new CatalystError(cause.code, `${url} is no packed chart: ${cause.message}`, { cause });
  }
}

async function fromRegistry(
  { name, version, repository }: LockedDependency,
  transport: DependencyTransport,
): Promise<DownloadedChart> {
  const path = `${repository}/${name}`;
  return {
    url: `${path}:${version}`,
    name: `${name}-${version.replaceAll("+", "_")}.tgz`,
    bytes: await transport.pull(path, version),
    provenance: async () => text(await transport.pullProvenance(path, version)),
  };
}

async function fromRepository(
  dependency: LockedDependency,
  transport: DependencyTransport,
): Promise<DownloadedChart> {
  const { url, bytes } = await archiveFromRepository(dependency, transport);
  return at(url, bytes, dependency.repository, transport);
}

/** Gets an archive by its own address. Throws `chart-fetch-failed`, `chart-invalid`. */
export async function downloadFrom(url: string, transport: DependencyTransport): Promise<DownloadedChart> {
  const chart = at(url, await transport.get(url, url), url, transport);
  refuseOtherThanChart(chart);
  return chart;
}

function at(
  url: string,
  bytes: Uint8Array,
  repository: string,
  transport: DependencyTransport,
): DownloadedChart {
  const name = decodeURIComponent(new URL(url).pathname.split("/").at(-1) ?? "");
  return { url, name, bytes, provenance: async () => text(await transport.get(`${url}.prov`, repository)) };
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("utf8");
}
