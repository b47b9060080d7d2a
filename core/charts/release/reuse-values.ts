import type { JsonObject } from "@catalyst/base/json";
import type { Chart } from "../chart/chart.ts";
import { coalesceValues, mergeTables } from "../chart/coalesce.ts";
import { toPlainJson } from "../chart/plain.ts";
import { fromJsonObject } from "../chart/values-file.ts";

/** What a release had for values: its chart's own, and those that were given. */
export interface FormerValues {
  readonly chart: JsonObject;
  readonly given: JsonObject;
}

/**
 * Takes the values of the release before into an upgrade, as helm does with `--reuse-values`: what was given before
 * fills what is given now, and what the templates saw before stands in for the new chart's own values.
 */
export function reuseValues(
  chart: Chart,
  given: JsonObject,
  former: FormerValues,
): { readonly chart: Chart; readonly values: JsonObject } {
  const ignore = () => undefined;
  const before = fromJsonObject(former.given);
  const own = { name: chart.metadata.name, values: fromJsonObject(former.chart), dependencies: [] };
  const seen = coalesceValues(own, before, ignore);
  const values = mergeTables(fromJsonObject(given), before, ignore, false);
  return { chart: { ...chart, values: seen }, values: toPlainJson(values) as JsonObject };
}
