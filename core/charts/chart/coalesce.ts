import { sprintf } from "../template/sprintf.ts";
import { deepCopy } from "../template/types.ts";
import { GoError, type Value } from "../template/values.ts";

type Values = Map<string, Value>;

/** What coalescing needs to know of a chart. */
export interface ValuesChart {
  readonly name: string;
  readonly values: Values;
  readonly dependencies: readonly ValuesChart[];
}

/** Takes a warning of what was ignored. */
export type Warn = (message: string) => void;

/**
 * Fills values with the defaults of a chart and its subcharts. What is given wins; maps are merged, other
 * values replaced; a null removes the default of that key. With `keepNull` (Helm's MergeValues) nulls stay.
 * Neither argument is changed.
 */
export function coalesceValues(chart: ValuesChart, given: Values, warn: Warn, keepNull = false): Values {
  const values = deepCopy(given) as Values;
  coalesce(chart, values, "", warn, keepNull);
  return values;
}

function coalesce(chart: ValuesChart, target: Values, prefix: string, warn: Warn, keepNull: boolean): void {
  coalesceDefaults(chart, target, prefix, warn, keepNull);
  const path = joined(prefix, chart.name);
  for (const subchart of chart.dependencies) {
    if (!target.has(subchart.name)) target.set(subchart.name, new Map());
    const section = target.get(subchart.name);
    if (!(section instanceof Map)) {
      throw new GoError(sprintf("type mismatch on %s: %t", [subchart.name, section]));
    }
    passGlobals(section, target, path, warn);
    coalesce(subchart, section, path, warn, keepNull);
  }
}

function coalesceDefaults(
  chart: ValuesChart,
  target: Values,
  prefix: string,
  warn: Warn,
  keepNull: boolean,
): void {
  const path = joined(prefix, chart.name);
  const subcharts = new Set(chart.dependencies.map((subchart) => subchart.name));
  for (const [key, fallback] of deepCopy(chart.values) as Values) {
    const given = target.get(key);
    if (!target.has(key)) {
      if (keepNull) target.set(key, fallback);
      else if (fallback !== null)
        target.set(key, fallback instanceof Map ? withoutNulls(fallback) : fallback);
    } else if (given === null && !keepNull) {
      target.delete(key);
    } else if (given instanceof Map) {
      if (!(fallback instanceof Map)) {
        if (fallback !== null) warn(`warning: skipped value for ${path}.${key}: Not a table.`);
        continue;
      }
      // A subchart's nulls are needed when its own defaults are filled in.
      const keep = keepNull || subcharts.has(key);
      mergeTables(given, keep ? fallback : withoutNulls(fallback), warn, keep, `${path}.${key}`);
    }
  }
}

/** Hands the parent's `global` down to a subchart's values; what the parent says wins. */
function passGlobals(target: Values, source: Values, prefix: string, warn: Warn): void {
  const own = target.has("global") ? target.get("global") : new Map();
  const given = source.has("global") ? source.get("global") : new Map();
  if (!(own instanceof Map) || !(given instanceof Map)) {
    const side = own instanceof Map ? "source" : "destination";
    warn(`warning: skipping globals because ${side} global is not a table.`);
    return;
  }
  for (const [key, value] of given) {
    const known = own.get(key);
    if (value instanceof Map) {
      const copy: Values = new Map(value);
      if (own.has(key) && !(known instanceof Map)) {
        warn(`Conflict: cannot merge map onto non-map for "${key}". Skipping.`);
        continue;
      }
      if (known instanceof Map) mergeTables(copy, known, warn, true, joined(prefix, key));
      own.set(key, copy);
    } else if (known instanceof Map) {
      warn(`key ${key} is table. Skipping`);
    } else {
      own.set(key, value);
    }
  }
  target.set("global", own);
}

/** Merges defaults into a table in place; the table's own values win. */
export function mergeTables(
  table: Values,
  defaults: Values,
  warn: Warn,
  keepNull: boolean,
  prefix = "",
): Values {
  for (const [key, fallback] of defaults) {
    const given = table.get(key);
    const path = joined(prefix, key);
    if (!table.has(key)) table.set(key, fallback);
    else if (given === null && !keepNull && fallback !== null) table.delete(key);
    else if (given === null) continue;
    else if (fallback instanceof Map) {
      if (given instanceof Map) mergeTables(given, fallback, warn, keepNull, path);
      else warn(`warning: cannot overwrite table with non table for ${path}`);
    } else if (given instanceof Map && fallback !== null) {
      warn(`warning: destination for ${path} is a table. Ignoring non-table value`);
    }
  }
  return table;
}

/** Removes nulls at every depth, in place. */
export function withoutNulls(table: Values): Values {
  for (const [key, value] of table) {
    if (value === null) table.delete(key);
    else if (value instanceof Map) withoutNulls(value);
  }
  return table;
}

function joined(prefix: string, key: string): string {
  return prefix === "" ? key : `${prefix}.${key}`;
}
