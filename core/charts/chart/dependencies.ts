import { satisfies } from "@catalyst/base/version-range";
import { formatValue } from "../template/format.ts";
import { deepCopy } from "../template/types.ts";
import type { Value } from "../template/values.ts";
import type { Chart } from "./chart.ts";
import { coalesceValues, mergeTables, type ValuesChart, type Warn } from "./coalesce.ts";
import type { ChartMetadata, Dependency } from "./metadata.ts";

type Values = Map<string, Value>;

/** A chart as one rendering uses it: subcharts chosen and renamed, imported values in place. */
export interface ActiveChart extends ValuesChart {
  readonly chart: Chart;
  readonly metadata: ChartMetadata;
  readonly dependencies: readonly ActiveChart[];
}

/** The form it has while being worked out. */
interface Draft extends ActiveChart {
  metadata: ChartMetadata;
  values: Values;
  dependencies: Draft[];
  /** Declared dependencies that are enabled, under their aliases. */
  declared: readonly Dependency[];
}

/**
 * Chooses the subcharts that take part, by alias, version, tags and condition, and imports values from them
 * into their parents, as Helm does before it renders. The chart itself isn't changed.
 */
export function activate(chart: Chart, values: Values, warn: Warn): ActiveChart {
  const draft = draftOf(chart);
  chooseSubcharts(draft, values, "", warn);
  importValues(draft, warn);
  return draft;
}

function draftOf(chart: Chart, name = chart.metadata.name): Draft {
  return {
    chart,
    name,
    metadata: { ...chart.metadata, name },
    values: chart.values,
    dependencies: chart.dependencies.map((subchart) => draftOf(subchart)),
    declared: chart.metadata.dependencies,
  };
}

/** Tells whether a version lies in a range; a range that can't be read fits nothing. */
export function isCompatible(range: string, version: string): boolean {
  try {
    return satisfies(version, range);
  } catch {
    return false;
  }
}

function fits(dependency: Dependency, draft: Draft): boolean {
  return (
    draft.chart.metadata.name === dependency.name && isCompatible(dependency.version, draft.metadata.version)
  );
}

function chooseSubcharts(draft: Draft, values: Values, path: string, warn: Warn): void {
  const declared = draft.chart.metadata.dependencies;
  if (declared.length === 0) return;
  const undeclared = draft.dependencies.filter((subchart) => !declared.some((one) => fits(one, subchart)));
  const chosen = declared.flatMap((dependency) => {
    const found = draft.dependencies.find((subchart) => fits(dependency, subchart));
    return found === undefined ? [] : [draftOf(found.chart, dependency.alias || found.name)];
  });
  draft.dependencies = [...undeclared, ...chosen];
  const coalesced = coalesceValues(draft, values, warn);
  const named = declared.map((dependency) => ({ ...dependency, name: dependency.alias || dependency.name }));
  const disabled = new Set(
    named.filter((one) => !isEnabled(one, coalesced, path, warn)).map((one) => one.name),
  );
  draft.declared = named.filter((dependency) => !disabled.has(dependency.name));
  draft.dependencies = draft.dependencies.filter((subchart) => !disabled.has(subchart.name));
  draft.metadata = { ...draft.metadata, dependencies: draft.declared };
  for (const subchart of draft.dependencies) {
    chooseSubcharts(subchart, coalesced, `${path}${subchart.name}.`, warn);
  }
}

/** The first condition that names a boolean decides; without one, tags do. */
function isEnabled(dependency: Dependency, values: Values, path: string, warn: Warn): boolean {
  for (const condition of dependency.condition.trim().split(",")) {
    const value = condition === "" ? undefined : lookUp(values, path + condition);
    if (typeof value === "boolean") return value;
    if (value !== undefined && !(value instanceof Map)) {
      warn(`returned non-bool value path=${condition} chart=${dependency.name}`);
    }
  }
  return enabledByTags(dependency, values.get("tags"));
}

function enabledByTags(dependency: Dependency, tags: Value): boolean {
  if (!(tags instanceof Map)) return true;
  const named = dependency.tags.map((tag) => tags.get(tag)).filter((value) => typeof value === "boolean");
  return named.length === 0 || named.includes(true);
}

function lookUp(values: Values, path: string): Value {
  let value: Value = values;
  for (const key of path.split(".")) {
    if (!(value instanceof Map)) return undefined;
    value = value.get(key);
  }
  return value;
}

/** Imports from the innermost charts outwards. */
function importValues(draft: Draft, warn: Warn): void {
  for (const subchart of draft.dependencies) importValues(subchart, warn);
  if (draft.declared.length === 0) return;
  const merged = coalesceValues(draft, new Map(), warn, true);
  const imported: Values = new Map();
  for (const dependency of draft.declared) {
    for (const item of dependency.importValues) {
      const { child, parent } = readImport(item);
      const table = lookUp(merged, `${dependency.name}.${child}`);
      if (!(table instanceof Map)) {
        warn(`ImportValues missing table from chart ${dependency.name}: ${child}`);
        continue;
      }
      mergeTables(imported, placed(parent, deepCopy(table) as Values), warn, true);
    }
  }
  draft.values = mergeTables(merged, imported, warn, true);
  draft.metadata = { ...draft.metadata, dependencies: draft.declared.map(withPlainImports) };
}

/** What a chart says of itself afterwards names every import by its two paths. */
function withPlainImports(dependency: Dependency): Dependency {
  const importValues = dependency.importValues.map((item) => new Map(Object.entries(readImport(item))));
  return { ...dependency, importValues };
}

/** `import-values` entries are `{child, parent}`, or a name below the child's `exports`. */
function readImport(item: Value): { child: string; parent: string } {
  if (item instanceof Map) {
    return { child: formatValue(item.get("child") ?? null), parent: formatValue(item.get("parent") ?? null) };
  }
  return { child: `exports.${formatValue(item)}`, parent: "." };
}

function placed(path: string, table: Values): Values {
  if (path === ".") return table;
  return path.split(".").reduceRight<Values>((inner, key) => new Map([[key, inner]]), table);
}
