import { CatalystError } from "@catalyst/base/errors";
import { isGoJson } from "@catalyst/base/go-json";
import { tryParseVersion } from "@catalyst/base/version";
import type { Chart, ChartFile } from "../chart/chart.ts";
import { refuseMissingDependencies } from "../chart/installable.ts";
import { type ChartMetadata, printMetadata } from "../chart/metadata.ts";
import { printPackedLock } from "../dependency/lock.ts";
import { packTgz, type TarFile } from "./tar.ts";

export interface PackOptions {
  /** Replaces the version of Chart.yaml. */
  readonly version?: string | undefined;
  readonly appVersion?: string | undefined;
}

/** A packed chart: its file's name and its bytes. */
export interface PackedChart {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/**
 * Packs a chart with its subcharts as `helm package` does, but reproducibly: the same chart gives the same
 * bytes. Throws `chart-invalid` when a dependency isn't in the charts folder, or a schema isn't JSON.
 */
export function packageChart(chart: Chart, options: PackOptions = {}): PackedChart {
  refuseMissingDependencies(chart);
  return packIncomplete(chart, options);
}

/**
 * Packs a chart with those of its dependencies that are there, as Helm does with a folder that another chart depends
 * on. Throws `chart-invalid` for a schema that isn't JSON.
 */
export function packIncomplete(chart: Chart, options: PackOptions = {}): PackedChart {
  const { version = chart.metadata.version, appVersion = chart.metadata.appVersion } = options;
  if (tryParseVersion(version) === undefined) {
    throw new CatalystError("chart-invalid", `chart.metadata.version ${JSON.stringify(version)} is invalid`);
  }
  const metadata = { ...chart.metadata, version, appVersion };
  return { name: `${metadata.name}-${version}.tgz`, bytes: packTgz(filesOf({ ...chart, metadata }, "")) };
}

function filesOf(chart: Chart, prefix: string): TarFile[] {
  const folder = `${prefix}${chart.metadata.name}`;
  const place = ({ name, data }: ChartFile) => ({ path: `${folder}/${name}`, data });
  if (chart.schema !== undefined && !isGoJson(Buffer.from(chart.schema).toString())) {
    throw new CatalystError("chart-invalid", "invalid JSON in values.schema.json", {
      place: { file: `${folder}/values.schema.json` },
    });
  }
  const raw = new Map(chart.raw.map((file) => [file.name, file]));
  const lock = printPackedLock(chart);
  const own = ["values.yaml", "values.schema.json"].flatMap((name) => raw.get(name) ?? []);
  const others = [...chart.templates, ...chart.files].sort((a, b) => (a.name < b.name ? -1 : 1));
  const subcharts = [...chart.dependencies].sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
  return [
    { path: `${folder}/Chart.yaml`, data: Buffer.from(printMetadata(packedMetadata(chart.metadata))) },
    ...(lock === undefined ? [] : [{ path: `${folder}/Chart.lock`, data: Buffer.from(lock) }]),
    ...own.map(place),
    ...others.map(place),
    ...subcharts.flatMap((subchart) => filesOf(subchart, `${folder}/charts/`)),
  ];
}

/** A v1 chart has its dependencies in requirements.yaml. */
function packedMetadata(metadata: ChartMetadata): ChartMetadata {
  return metadata.apiVersion === "v1" ? { ...metadata, dependencies: [] } : metadata;
}
