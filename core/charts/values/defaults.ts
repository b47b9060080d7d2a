import type { Chart } from "../chart/chart.ts";
import { type ActiveChart, activate } from "../chart/dependencies.ts";
import { fromJsonValue } from "../chart/values-file.ts";
import { decodeBytes } from "../template/bytes.ts";
import type { Value } from "../template/values.ts";
import { keyLines, pathKey } from "./key-lines.ts";
import type { ReadsRequest } from "./reads.ts";

/** Where a chart gives a value its default. */
export interface DefaultPlace {
  /** Named as the files of templates are: `web/values.yaml`, `web/charts/db/values.yaml`. */
  readonly file: string;
  /** Of the deepest key of its path that begins a line, from 1; absent where none does. */
  readonly line?: number;
}

/** Tells where a chart, or the subchart in whose section a value is, gives it its default; undefined where none does. */
export function valueDefaults({
  chart,
  values,
}: Omit<ReadsRequest, "limits">): (path: readonly string[]) => DefaultPlace | undefined {
  const active = activate(chart, fromJsonValue(values ?? {}) as Map<string, Value>, () => {});
  const lines = new Map<Chart, ReadonlyMap<string, number>>();
  const linesOf = (of: Chart): ReadonlyMap<string, number> => {
    const known = lines.get(of) ?? keyLines(valuesText(of).split(/\r?\n/));
    lines.set(of, known);
    return known;
  };
  const find = (of: ActiveChart, folder: string, path: readonly string[]): DefaultPlace | undefined => {
    // an active chart's values hold those of its subcharts as well
    if (holds(of.chart.values, path)) {
      const line = deepestLine(linesOf(of.chart), path);
      return { file: `${folder}/values.yaml`, ...(line === undefined ? {} : { line }) };
    }
    const [name = "", ...rest] = path;
    const subchart = of.dependencies.find((dependency) => dependency.name === name);
    return subchart && rest.length > 0 ? find(subchart, `${folder}/charts/${name}`, rest) : undefined;
  };
  return (path) => find(active, chart.metadata.name, path);
}

/** The text of a chart's values.yaml; empty where it has none. */
export function valuesText(chart: Chart): string {
  const file = chart.raw.find(({ name }) => name === "values.yaml");
  return file === undefined ? "" : decodeBytes(file.data);
}

function holds(values: Value, path: readonly string[]): boolean {
  let at: Value = values;
  for (const name of path) {
    if (!(at instanceof Map) || !at.has(name)) return false;
    at = at.get(name);
  }
  return true;
}

function deepestLine(lines: ReadonlyMap<string, number>, path: readonly string[]): number | undefined {
  for (let length = path.length; length > 0; length--) {
    const line = lines.get(pathKey(path.slice(0, length)));
    if (line !== undefined) return line;
  }
  return undefined;
}
