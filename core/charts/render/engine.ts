import { isCatalystError } from "@catalyst/base/errors";
import type { Chart } from "../chart/chart.ts";
import type { FunctionEnvironment } from "../functions/environment.ts";
import { chartFunctions } from "../functions/index.ts";
import { base } from "../functions/paths.ts";
import { decodeBytes } from "../template/bytes.ts";
import { Budget, defaultLimits, type Limits, TemplateSet, withBudget } from "../template/index.ts";
import { GoError, TypedMap } from "../template/values.ts";
import { executionFailure, parseFailure } from "./errors.ts";
import type { Renderable } from "./scope.ts";
import { asValues } from "./values-methods.ts";

/**
 * Compiles templates that can call each other, once for every set of subcharts that takes part. Throws
 * `chart-template-invalid`.
 */
export function compiledTemplates(chart: Chart, renderables: readonly Renderable[]): TemplateSet {
  const key = renderables.map((renderable) => renderable.path).join("\n");
  const known = chart.compiled.get(key);
  if (known !== undefined) return known;
  const templates = new TemplateSet(chartFunctions);
  for (const { path, data } of renderables) {
    try {
      templates.parse(path, decodeBytes(data));
    } catch (error) {
      if (!(error instanceof GoError)) throw error;
      throw parseFailure(path, error.message);
    }
  }
  chart.compiled.set(key, templates);
  return templates;
}

/**
 * Runs every template that isn't a partial and gives what each wrote, by path, as Helm's engine does. Throws
 * `chart-template-failed` with Helm's text, `chart-limit`, and what the environment's functions throw.
 */
export function runTemplates(
  templates: TemplateSet,
  renderables: readonly Renderable[],
  environment: FunctionEnvironment,
  limits: Partial<Limits> = {},
): Map<string, string> {
  const budget = new Budget({ ...defaultLimits, ...limits });
  const files = new Map<string, string>();
  for (const { path, scope, basePath } of renderables) {
    if (base(path).startsWith("_")) continue;
    scope.set(
      "Template",
      new TypedMap("common.Values", [
        ["Name", path],
        ["BasePath", basePath],
      ]),
    );
    const output = run(() =>
      withBudget(budget, () => templates.execute(path, asValues(scope), environment, budget)),
    );
    files.set(path, output.includes("<no value>") ? output.replaceAll("<no value>", "") : output);
  }
  return files;
}

function run(execute: () => string): string {
  try {
    return execute();
  } catch (error) {
    if (isCatalystError(error) || !(error instanceof Error)) throw error;
    throw executionFailure(error);
  }
}
