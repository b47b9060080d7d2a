import { CatalystError } from "@catalyst/base/errors";
import { parseYaml, parseYamlLeniently } from "@catalyst/base/yaml";
import { type FileTree, joinPath } from "../files.ts";
import { readText } from "../objects/documents.ts";
import { kustomizationFileNames } from "../scan.ts";
import {
  type HelmChart,
  type HelmChartArguments,
  type HelmGlobals,
  type Kustomization,
  kustomizationShape,
} from "./kustomization.ts";

export interface KustomizationFile {
  readonly path: string;
  readonly isComponent: boolean;
  readonly fields: Kustomization;
}

const versions: Readonly<Record<string, string>> = {
  Kustomization: "kustomize.config.k8s.io/v1beta1",
  Component: "kustomize.config.k8s.io/v1alpha1",
};

/**
 * Reads a folder's kustomization. Throws `kustomize-missing` unless there is exactly one, `kustomize-invalid` naming
 * file, line and field when a field isn't known or has the wrong shape.
 */
export function readKustomization(files: FileTree, folder: string): KustomizationFile {
  const path = onlyFile(files, folder);
  const text = readText(files, path, { file: path });
  const { value } = parseYamlLeniently(text, { file: path });
  const lineOf = linesOf(text);
  const all = kustomizationShape.read(value ?? {}, { file: path, field: "", isStrict: true, lineOf });
  const { apiVersion = "", kind: given = "", ...fields } = all;
  if (Object.values(fields).every((field) => field === "")) throw invalid(path, lineOf, "", "it is empty");
  const kind = given || "Kustomization";
  const version = Object.hasOwn(versions, kind) ? versions[kind] : undefined;
  if (version === undefined) throw invalid(path, lineOf, "kind", "kind must be Kustomization or Component");
  if (apiVersion !== "" && apiVersion !== version) {
    throw invalid(path, lineOf, "apiVersion", `apiVersion for ${kind} must be ${version}`);
  }
  return { path, isComponent: kind === "Component", fields: renewed(fields) };
}

function onlyFile(files: FileTree, folder: string): string {
  const found = kustomizationFileNames
    .map((name) => joinPath(folder, name))
    .filter((path) => files.identity(path) !== undefined);
  const [path, ...others] = found;
  if (path !== undefined && others.length === 0) return path;
  const words = path === undefined ? "no kustomization.yaml" : "more than one kustomization file";
  throw new CatalystError("kustomize-missing", `there is ${words} in '${folder || "."}'`, {
    place: { file: folder || "." },
  });
}

/** Puts what deprecated fields say where the newer ones say it. */
function renewed(fields: Kustomization): Kustomization {
  const { bases = [], imageTags = [], helmChartInflationGenerator = [], ...rest } = fields;
  const {
    resources = [],
    images = [],
    helmCharts = [],
    configMapGenerator = [],
    secretGenerator = [],
  } = rest;
  const withEnvs = <
    G extends { readonly env?: string | undefined; readonly envs?: readonly string[] | undefined },
  >(
    generator: G,
  ): G => (generator.env ? { ...generator, envs: [...(generator.envs ?? []), generator.env] } : generator);
  return {
    ...rest,
    resources: [...resources, ...bases],
    images: [...images, ...imageTags],
    helmGlobals: rest.helmGlobals ?? globalsOf(helmChartInflationGenerator),
    helmCharts: [...helmCharts, ...helmChartInflationGenerator.map(chartOf)],
    configMapGenerator: configMapGenerator.map(withEnvs),
    secretGenerator: secretGenerator.map(withEnvs),
  };
}

/** What older kustomizations say with each chart: the last one that says something counts. */
function globalsOf(charts: readonly HelmChartArguments[]): HelmGlobals {
  const last = (name: "chartHome" | "helmHome") => charts.findLast((chart) => chart[name])?.[name];
  return { chartHome: last("chartHome"), configHome: last("helmHome") };
}

function chartOf(old: HelmChartArguments): HelmChart {
  const { valuesMerge, releaseName } = old;
  return {
    ...{ name: old.chartName, version: old.chartVersion, repo: old.chartRepoUrl },
    ...{ valuesFile: old.values, valuesInline: old.valuesLocal, valuesMerge, releaseName },
  };
}

type LineOf = (path: readonly (string | number)[]) => number | undefined;

/** Tells the lines of fields; of a text in which a key is given twice it knows none. */
function linesOf(text: string): LineOf {
  return (path) => {
    try {
      return parseYaml(text).lineOf(path);
    } catch {
      return undefined;
    }
  };
}

function invalid(file: string, lineOf: LineOf, field: string, message: string): CatalystError {
  const line = lineOf(field === "" ? [] : [field]);
  return new CatalystError("kustomize-invalid", message, { place: { file, line, field } });
}
