import type { Chart } from "../chart/chart.ts";
import { type ActiveChart, activate } from "../chart/dependencies.ts";
import { fromJsonValue } from "../chart/values-file.ts";
import { chartFunctions } from "../functions/index.ts";
import { base } from "../functions/paths.ts";
import { decodeBytes } from "../template/bytes.ts";
import { isEmptyTree, type ListNode } from "../template/nodes.ts";
import { parseTemplate } from "../template/parser.ts";
import type { Value } from "../template/values.ts";
import { type Abstract, sectionValues, unknown } from "./abstract.ts";
import { defaultReadsLimits, Interpreter, type ReadsLimits, type TemplateRead } from "./interpreter.ts";

export interface ReadsRequest {
  readonly chart: Chart;
  /** They decide which subcharts take part. Default: the chart's own. */
  readonly values?: object | undefined;
  /** Default: `defaultReadsLimits`. */
  readonly limits?: ReadsLimits | undefined;
}

/**
 * Tells which places of a chart's templates read which value, by its path in the chart's own values: `image.tag`,
 * `sub.port` for a subchart's. An element of a list or map that is ranged over is `*`; the empty path is all
 * values at once. It is worked out from the templates without running them: what names a value only when it runs
 * (`index .Values $name`, `tpl`) isn't found. Throws as renderChart for templates that can't be parsed, and `chart-limit`.
 */
export function valueReads({
  chart,
  values,
  limits = defaultReadsLimits,
}: ReadsRequest): ReadonlyMap<string, readonly TemplateRead[]> {
  const given = fromJsonValue(values ?? {}) as Map<string, Value>;
  const files: TemplateFile[] = [];
  collect(
    activate(chart, given, () => {}),
    [],
    chart.metadata.name,
    files,
  );
  const templates = definitions(files);
  const interpreter = new Interpreter(templates, limits);
  for (const { path, scope } of files) {
    const root = templates.get(path);
    if (root !== undefined && !base(path).startsWith("_")) interpreter.run(root, scope);
  }
  return new Map(
    [...interpreter.reads].sort(([a], [b]) => (a < b ? -1 : 1)).map(([path, at]) => [path, sorted(at)]),
  );
}

interface TemplateFile {
  readonly path: string;
  readonly text: string;
  readonly scope: Abstract;
}

function collect(
  active: ActiveChart,
  section: readonly string[],
  fullPath: string,
  into: TemplateFile[],
): Abstract {
  const subcharts = new Map<string, Abstract>();
  const scope: Abstract = {
    kind: "map",
    fields: new Map<string, Abstract>([
      ["Values", sectionValues(section)],
      ["Subcharts", { kind: "map", fields: subcharts }],
      ["Chart", unknown],
    ]),
  };
  for (const subchart of active.dependencies) {
    const inner = collect(subchart, [...section, subchart.name], `${fullPath}/charts/${subchart.name}`, into);
    subcharts.set(subchart.name, inner);
  }
  const isLibrary = active.metadata.type.toLowerCase() === "library";
  for (const { name, data } of active.chart.templates) {
    if (isLibrary && !base(name).startsWith("_")) continue;
    into.push({ path: `${fullPath}/${name}`, text: decodeBytes(data), scope });
  }
  return scope;
}

/** A chart's own definitions replace those of its subcharts, which come first. */
function definitions(files: readonly TemplateFile[]): Map<string, ListNode> {
  const templates = new Map<string, ListNode>();
  for (const { path, text } of files) {
    for (const { name, root } of parseTemplate({ name: path, text }, (word) => chartFunctions.has(word))) {
      if (!templates.has(name) || !isEmptyTree(root)) templates.set(name, root);
    }
  }
  return templates;
}

function sorted(places: ReadonlyMap<string, TemplateRead>): TemplateRead[] {
  return [...places.values()].sort((a, b) =>
    a.file === b.file ? a.line - b.line || a.column - b.column : a.file < b.file ? -1 : 1,
  );
}
