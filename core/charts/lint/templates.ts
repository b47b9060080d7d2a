import { isCatalystError } from "@catalyst/base/errors";
import { type Capabilities, defaultCapabilities } from "../chart/capabilities.ts";
import type { Chart } from "../chart/chart.ts";
import { renderTemplates } from "../render/render.ts";
import type { Value } from "../template/values.ts";
import { deprecationOf } from "./deprecations.ts";
import { type LintMessage, message } from "./messages.ts";
import { nameProblem } from "./names.ts";
import { decodeProblem, documentsOf, type LintedObject, readLinted } from "./objects.ts";

export interface TemplateLintOptions {
  readonly values?: object | undefined;
  readonly namespace?: string | undefined;
  readonly capabilities?: Capabilities | undefined;
  readonly skipSchema?: boolean | undefined;
}

const folder = "templates/";

/** Checks what a chart's templates give. */
export function lintTemplates(chart: Chart, options: TemplateLintOptions): LintMessage[] {
  const { values, namespace = "default", capabilities = defaultCapabilities, skipSchema } = options;
  let files: ReadonlyMap<string, string>;
  try {
    const release = { name: "test-release", namespace };
    files = renderTemplates({ chart, values, release, capabilities, skipSchema, lint: true });
  } catch (error) {
    if (!isCatalystError(error)) throw error;
    return message("ERROR", folder, error.message);
  }
  const messages: LintMessage[] = [];
  for (const { name } of chart.templates) {
    messages.push(...message("ERROR", name, extensionProblem(name)));
    const text = files.get(`${chart.metadata.name}/${name}`) ?? "";
    if (!/\.ya?ml$/i.test(name) || text.trim() === "") continue;
    messages.push(...message("WARNING", name, indentProblem(text)));
    // Helm's decoder can't go on after a document it can't read, and neither do its checks.
    if (!lintDocuments(name, text, capabilities, messages)) return messages;
  }
  return messages;
}

function lintDocuments(
  file: string,
  text: string,
  { kubeVersion }: Capabilities,
  messages: LintMessage[],
): boolean {
  for (const document of documentsOf(text)) {
    let object: LintedObject | undefined;
    try {
      object = readLinted(document);
    } catch (error) {
      messages.push(...message("ERROR", file, decodeProblem(error)));
      return false;
    }
    if (object === undefined) continue;
    messages.push(
      ...message("WARNING", file, nameProblem(object.name, object.kind)),
      ...message("WARNING", file, deprecationOf(object.apiVersion, object.kind, kubeVersion)),
      ...message("ERROR", file, selectorProblem(object, text)),
      ...message("ERROR", file, listProblem(object)),
    );
  }
  return true;
}

function extensionProblem(name: string): string | undefined {
  const extension = /\.[^./]*$/.exec(name)?.[0] ?? "";
  if ([".yaml", ".yml", ".tpl", ".txt"].includes(extension)) return undefined;
  return `file extension '${extension}' not valid. Valid extensions are .yaml, .yml, .tpl, or .txt`;
}

function indentProblem(text: string): string | undefined {
  const first = text.split("\n").find((line) => line.trim() !== "") ?? "";
  if (!/^[ \t]/.test(first)) return undefined;
  return `document starts with an illegal indent: ${JSON.stringify(first)}, which may cause parsing problems`;
}

const selecting: ReadonlySet<string> = new Set(["Deployment", "ReplicaSet", "DaemonSet", "StatefulSet"]);

/** A selector anywhere in the file counts. */
function selectorProblem({ kind, name }: LintedObject, text: string): string | undefined {
  if (!selecting.has(kind) || /matchLabels|matchExpressions/.test(text)) return undefined;
  return `a ${kind} must contain matchLabels or matchExpressions, and ${JSON.stringify(name)} does not`;
}

function listProblem({ kind, value }: LintedObject): string | undefined {
  const items = value.get("items");
  if (kind !== "List" || !Array.isArray(items) || !items.some(hasPolicy)) return undefined;
  return "annotation 'helm.sh/resource-policy' within List objects are ignored";
}

function hasPolicy(item: Value): boolean {
  const metadata = item instanceof Map ? item.get("metadata") : undefined;
  const annotations = metadata instanceof Map ? metadata.get("annotations") : undefined;
  return annotations instanceof Map && annotations.has("helm.sh/resource-policy");
}
