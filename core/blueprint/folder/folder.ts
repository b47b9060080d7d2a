import { CatalystError } from "@catalyst/base/errors";
import { isObject } from "@catalyst/base/json";
import { type LocatedYaml, parseYaml } from "@catalyst/base/yaml";
import { type BlueprintManifest, blueprintSpecSchema } from "@catalyst/model/blueprint";
import { catalystApiVersion } from "@catalyst/model/kind";
import { blueprintPattern } from "@catalyst/model/naming";
import type { Problem } from "@catalyst/model/problem";
import type { FileTree } from "../archive/tar.ts";
import { schemaProblems } from "../plan/schema.ts";
import { normalizeManifest } from "./manifest.ts";

/** Fields of Chart.yaml that Blueprints care for. */
export interface ChartMetadata {
  readonly apiVersion: string;
  readonly name: string;
  readonly version: string;
  readonly appVersion?: string;
  readonly description?: string;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly dependencies?: readonly { readonly name: string; readonly version?: string }[];
}

/** A Blueprint as it lies in its folder. */
export interface BlueprintFolder {
  readonly files: FileTree;
  readonly manifest: BlueprintManifest;
  /** blueprint.yaml with its line numbers. */
  readonly source: LocatedYaml;
  readonly chart: ChartMetadata;
  /** Old spellings that were understood. */
  readonly warnings: readonly Problem[];
}

/** Where the chart lies in a Blueprint's folder. */
export const chartFolder = "chart";

/** A whole blueprint.yaml; one object, since compiled schemas are kept by it. */
export const manifestSchema = {
  type: "object",
  required: ["apiVersion", "kind", "metadata", "spec"],
  properties: {
    apiVersion: { type: "string" },
    kind: { const: "Blueprint" },
    metadata: {
      type: "object",
      required: ["name"],
      properties: { name: { type: "string", pattern: blueprintPattern } },
    },
    spec: blueprintSpecSchema,
  },
};

/** What Blueprints need of Chart.yaml. */
export const chartSchema = {
  type: "object",
  required: ["apiVersion", "name", "version"],
  properties: { apiVersion: { enum: ["v1", "v2"] }, name: { type: "string" }, version: { type: "string" } },
};

/**
 * Reads a Blueprint's files as what they say. Throws `blueprint-invalid` with every problem of the manifest
 * in `details.problems`, or what parsing YAML throws.
 */
export function parseBlueprint(files: FileTree): BlueprintFolder {
  const source = parseYaml(textOf(files, "blueprint.yaml"), { file: "blueprint.yaml" });
  const { manifest, warnings } = parseManifest(source);
  const chart = parseYaml(textOf(files, `${chartFolder}/Chart.yaml`), { file: `${chartFolder}/Chart.yaml` });
  return { files, manifest, source, chart: chartMetadata(chart), warnings };
}

/** Reads blueprint.yaml, old spellings included. Throws `blueprint-invalid`. */
export function parseManifest(source: LocatedYaml): Pick<BlueprintFolder, "manifest" | "warnings"> {
  const { value, warnings } = normalizeManifest(source);
  const problems = manifestProblems(value, source);
  if (problems.length > 0) throw invalid(problems);
  return { manifest: value as BlueprintManifest, warnings };
}

/** The files below a folder, by path relative to it. */
export function filesBelow(files: FileTree, folder: string): FileTree {
  const below = [...files].filter(([path]) => path.startsWith(`${folder}/`));
  return new Map(below.map(([path, bytes]) => [path.slice(folder.length + 1), bytes]));
}

/** The charts that Chart.yaml declares and that lie neither unpacked nor packed inside. */
export function missingCharts({ chart, files }: Pick<BlueprintFolder, "chart" | "files">): readonly string[] {
  const folder = `${chartFolder}/charts/`;
  const paths = [...files.keys()];
  const isInside = (name: string) =>
    files.has(`${folder}${name}/Chart.yaml`) ||
    paths.some((path) => path.startsWith(`${folder}${name}-`) && path.endsWith(".tgz"));
  return (chart.dependencies ?? []).map(({ name }) => name).filter((name) => !isInside(name));
}

/** A file as text. Throws `blueprint-file-missing`. */
export function textOf(files: FileTree, path: string): string {
  const bytes = files.get(path);
  if (bytes === undefined) {
    throw new CatalystError("blueprint-file-missing", `${path} is missing`, { place: { file: path } });
  }
  return new TextDecoder().decode(bytes);
}

function manifestProblems(value: unknown, source: LocatedYaml): Problem[] {
  const problems = schemaProblems(manifestSchema, value, [], source).map((problem) => ({
    ...problem,
    file: "blueprint.yaml",
  }));
  const group = catalystApiVersion.split("/")[0];
  if (isObject(value) && !String(value["apiVersion"]).startsWith(`${group}/`)) {
    problems.push({
      code: "schema-violation",
      message: `apiVersion must be ${catalystApiVersion}`,
      field: "apiVersion",
      file: "blueprint.yaml",
    });
  }
  return problems;
}

function chartMetadata(chart: LocatedYaml): ChartMetadata {
  const problems = schemaProblems(chartSchema, chart.value, [], chart);
  if (problems.length > 0) {
    throw invalid(problems.map((problem) => ({ ...problem, file: `${chartFolder}/Chart.yaml` })));
  }
  return chart.value as ChartMetadata;
}

function invalid(problems: readonly Problem[]): CatalystError {
  const [first] = problems;
  return new CatalystError("blueprint-invalid", first?.message ?? "the Blueprint is invalid", {
    place: { file: first?.file, line: first?.line, field: first?.field },
    details: { problems },
  });
}
