import { CatalystError, errorMessage, type Place } from "@catalyst/base/errors";
import {
  defaultCapabilities,
  loadChart,
  mergeMaps,
  parseKubeVersion,
  printManifest,
  readValues,
  refuseReleaseName,
  refuseUninstallable,
  releaseNameFrom,
  renderChart,
} from "@catalyst/charts";
import type { ChartInflation, InflateChart } from "@catalyst/kustomize";
import type { Arguments } from "../../cli/command.ts";
import { UsageError } from "../../cli/errors.ts";
import { chartFiles } from "./chart-files.ts";

/** What the charts of a build are told of the cluster where their kustomization says nothing else, as Kustomize has it. */
export interface ClusterFacts {
  readonly kubeVersion: string | undefined;
  readonly apiVersions: readonly string[];
}

/** Renders charts with what the options tell them. Throws UsageError. */
export function inflatorGiven(given: Arguments): InflateChart {
  const kubeVersion = given.text("helm-kube-version") || undefined;
  try {
    if (kubeVersion !== undefined) parseKubeVersion(kubeVersion);
  } catch (error) {
    throw new UsageError(`--helm-kube-version: ${errorMessage(error)}`);
  }
  return chartInflator({ kubeVersion, apiVersions: given.texts("helm-api-versions") });
}

/** Renders the charts of a build in process, as `helm template` does with what Kustomize gives it. */
export function chartInflator(facts: ClusterFacts): InflateChart {
  return (inflation) => {
    const { files, folder, namespace = "default", includeCrds, skipHooks: noHooks, skipTests } = inflation;
    const content = chartFiles(files, folder);
    const chart = inChart(folder, "", () => loadChart(content), { file: folder });
    inChart(folder, chart.metadata.name, () => refuseUninstallable(chart));
    const name = releaseNameOf(inflation);
    refuseReleaseName(name);
    const values = valuesOf(inflation);
    const capabilities = capabilitiesOf(inflation, facts);
    const rendered = inChart(folder, chart.metadata.name, () =>
      renderChart({ chart, values, release: { name, namespace }, capabilities }),
    );
    return printManifest(rendered, { includeCrds, noHooks, skipTests });
  };
}

/**
 * Does something with a chart. Its errors name files from the chart's folder, or below the chart's name; here they do from
 * the root of what is built, and one that names none says `otherwise`.
 */
function inChart<T>(folder: string, name: string, work: () => T, otherwise?: Place): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof CatalystError)) throw error;
    const { code, message, hint, details, place = otherwise } = error;
    const file = place?.file;
    if (place === undefined || file === undefined) throw error;
    const inside = name !== "" && file.startsWith(`${name}/`) ? file.slice(name.length + 1) : file;
    const whole = { ...place, file: file === folder ? folder : `${folder}/${inside}` };
    throw new CatalystError(code, message, { place: whole, hint, details, cause: error });
  }
}

/** Without a name Kustomize has Helm make one, for which a rendering always has the same. */
function releaseNameOf({ releaseName, nameTemplate }: ChartInflation): string {
  if (nameTemplate === undefined) return releaseName ?? "release-name";
  if (releaseName === undefined) return releaseNameFrom(nameTemplate);
  throw new CatalystError("kustomize-invalid", "cannot set nameTemplate and also releaseName");
}

function valuesOf({ values }: ChartInflation): ReturnType<typeof readValues> {
  let all: ReturnType<typeof readValues> = new Map();
  for (const { path, text } of values) {
    try {
      all = mergeMaps(all, readValues(text));
    } catch (cause) {
      throw new CatalystError("chart-values-invalid", `failed to parse values: ${errorMessage(cause)}`, {
        cause,
        place: { file: path },
      });
    }
  }
  return all;
}

function capabilitiesOf(inflation: ChartInflation, facts: ClusterFacts) {
  const version = inflation.kubeVersion ?? facts.kubeVersion;
  const more = inflation.apiVersions.length > 0 ? inflation.apiVersions : facts.apiVersions;
  return {
    kubeVersion: version === undefined ? defaultCapabilities.kubeVersion : parseKubeVersion(version),
    apiVersions: [...defaultCapabilities.apiVersions, ...more.flatMap(separated)],
  };
}

/** Helm takes each for a line of values with commas between them; quotes, which may hold commas, are in no name. */
function separated(apiVersions: string): readonly string[] {
  const [line = ""] = apiVersions.split(/\r?\n/).filter((each) => each !== "");
  if (!line.includes('"')) return line === "" ? [] : line.split(",");
  throw new CatalystError("kustomize-invalid", `the API version ${JSON.stringify(line)} has quotes in it`);
}
