import { compareText } from "@catalyst/base/go-order";
import type { Chart } from "../chart/chart.ts";
import { mistyped, readText } from "../chart/typed-fields.ts";
import { readYaml } from "../chart/values-file.ts";
import { GoError, type Value } from "../template/values.ts";

/** What lint looks at in an object. */
export interface LintedObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly value: Map<string, Value>;
}

/** Reads a document; undefined where it holds nothing. Throws GoError with the text of Helm's decoder. */
export function readLinted(document: string): LintedObject | undefined {
  const value = readYaml(document);
  if (value === null || value === undefined) return undefined;
  if (!(value instanceof Map)) throw mistyped(value, "value", "rules.k8sYamlStruct");
  const read: Record<string, string> = {};
  for (const [key, item] of [...value].sort(([a], [b]) => compareText(a, b))) {
    const field = key.toLowerCase();
    if (field === "apiversion") read["apiVersion"] = readText(item, "k8sYamlStruct.apiVersion");
    if (field === "kind") read["kind"] = readText(item, "k8sYamlStruct.Kind");
    if (field === "metadata") read["name"] = readName(item);
  }
  return { apiVersion: read["apiVersion"] ?? "", kind: read["kind"] ?? "", name: read["name"] ?? "", value };
}

function readName(metadata: Value): string {
  if (metadata === null || metadata === undefined) return "";
  if (!(metadata instanceof Map)) {
    throw mistyped(metadata, "struct field k8sYamlStruct.Metadata", "rules.k8sYamlMetadata");
  }
  let name = "";
  for (const [key, item] of [...metadata].sort(([a], [b]) => compareText(a, b))) {
    const field = key.toLowerCase();
    if (field === "namespace") readText(item, "k8sYamlMetadata.Metadata.Namespace");
    if (field === "name") name = readText(item, "k8sYamlMetadata.Metadata.Name");
  }
  return name;
}

/** Cuts a file into documents as Kubernetes' decoder does: at lines of three dashes. */
export function documentsOf(text: string): string[] {
  return text.split(/^---[^\n]*\n?/m);
}

/** Gives the message of a document that can't be read. Throws what isn't about the document. */
export function decodeProblem(error: unknown): string {
  if (!(error instanceof GoError)) throw error;
  return `unable to parse YAML: ${error.message}`;
}

/** The CRD files of a chart and its subcharts, by the paths Helm gives them. */
export function crdFilesOf(chart: Chart): { path: string; data: Uint8Array }[] {
  const own = chart.files.filter(({ name }) => /^crds\/.*\.(ya?ml|json)$/i.test(name));
  return [
    ...own.map(({ name, data }) => ({ path: name, data })),
    ...chart.dependencies.flatMap((subchart) => crdFilesOf(subchart)),
  ];
}
