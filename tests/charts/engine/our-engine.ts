import { isCatalystError } from "@catalyst/base/errors";
import { defaultCapabilities, type Limits, readValues, seededRandom } from "@catalyst/charts";
import type { Chart } from "../../../core/charts/chart/chart.ts";
import { activate } from "../../../core/charts/chart/dependencies.ts";
import { readMetadata } from "../../../core/charts/chart/metadata.ts";
import { parseJson } from "../../../core/charts/functions/json.ts";
import { compiledTemplates, runTemplates } from "../../../core/charts/render/engine.ts";
import { collectRenderables } from "../../../core/charts/render/scope.ts";
import type { Value } from "../../../core/charts/template/values.ts";
import { type EngineCase, type Outcome, templateName, templatePath } from "./case.ts";

const metadata = readMetadata("apiVersion: v2\nname: case\nversion: 1.2.3\n", undefined);
const release = { name: "demo", namespace: "default" };

export interface Conditions {
  readonly limits?: Partial<Limits>;
  /** What chance follows from. */
  readonly seed?: string;
  /** The moment that functions tell, in milliseconds; it doesn't pass. */
  readonly now?: number;
}

/** Renders a case with our engine. Throws what isn't the template's fault. */
export function renderOurs(
  one: EngineCase,
  { limits = {}, seed = "case", now = Date.UTC(2026, 0, 2, 3, 4, 5) }: Conditions = {},
): Outcome {
  const chart = chartOf(one);
  const active = activate(chart, new Map(), () => undefined);
  const values = valuesOf(one.values ?? "");
  try {
    const renderables = collectRenderables(active, release, defaultCapabilities, values);
    const environment = {
      random: seededRandom(seed),
      now: () => now,
      lookup: () => new Map(),
      lint: false,
      included: new Map(),
    };
    const outputs = runTemplates(compiledTemplates(chart, renderables), renderables, environment, limits);
    return { output: outputs.get(templatePath) ?? "" };
  } catch (error) {
    if (!isCatalystError(error)) throw error;
    return error.code === "chart-limit" ? { limit: error.message } : { error: error.message };
  }
}

/** JSON is YAML, and read many times faster as what it is. */
function valuesOf(text: string): Map<string, Value> {
  return text.startsWith("{") ? (parseJson(text) as Map<string, Value>) : readValues(text);
}

function chartOf({ template, partials = {}, files = {} }: EngineCase): Chart {
  const data = (text: string) => Buffer.from(text);
  return {
    metadata,
    templates: Object.entries({ ...partials, [templateName]: template }).map(([name, text]) => ({
      name: `templates/${name}`,
      data: data(text),
    })),
    files: Object.entries(files).map(([name, text]) => ({ name, data: data(text) })),
    raw: [],
    values: new Map(),
    schema: undefined,
    lock: undefined,
    dependencies: [],
    compiled: new Map(),
    heads: new Map(),
  };
}
