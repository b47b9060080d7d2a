import { digestOf } from "@catalyst/base/digest";
import { CatalystError } from "@catalyst/base/errors";
import { canonicalJson, isObject, type JsonObject } from "@catalyst/base/json";
import {
  type ArchivedChart,
  type Chart,
  type DefaultPlace,
  loadedChart,
  type TemplateRead,
  valueDefaults,
  valueReads,
  valuesSchema,
  valuesText,
} from "@catalyst/charts";
import type { ValueRead } from "@catalyst/model/view";

/** Describes the values of a chart as a JSON schema. Throws as `loadChart` and `valuesSchema`. */
export function describeValues(packed: ArchivedChart): JsonObject {
  const chart = loadedChart(packed);
  return valuesSchema(valuesText(chart), chart.schema === undefined ? undefined : schemaOf(chart.schema));
}

/** What isn't a schema is the affair of who renders with it. */
function schemaOf(bytes: Uint8Array): JsonObject | undefined {
  try {
    const schema: unknown = JSON.parse(Buffer.from(bytes).toString());
    return isObject(schema) ? (schema as JsonObject) : undefined;
  } catch {
    return undefined;
  }
}

/** A question for what reads values of a chart. */
export interface ReadsQuestion extends ArchivedChart {
  /** They decide which subcharts take part. */
  readonly values: Readonly<Record<string, unknown>>;
  readonly wanted: WantedValues;
}

/** These values, with what reads them in part or as part of another; or the values read at all that hold all words, in order. */
export type WantedValues =
  | { readonly paths: readonly (readonly string[])[] }
  | { readonly words: readonly string[]; readonly after: string; readonly limit: number };

/** A value, what reads it, and where the chart gives it a default. */
export interface ReadValue {
  readonly path: readonly string[];
  readonly reads: readonly ValueRead[];
  readonly readsTotal: number;
  readonly default?: DefaultPlace;
}

export interface ReadValues {
  readonly values: readonly ReadValue[];
  readonly total: number;
  readonly isEnd: boolean;
}

/** Places told of one value. */
const readsLimit = 100;

/** Answers a question about what reads values. Throws as `loadChart` and `valueReads`. */
export function explainValues({ values, wanted, ...packed }: ReadsQuestion): ReadValues {
  const { reads, defaultOf } = explained(packed, values);
  const told = (path: readonly string[], found: readonly ValueRead[]): ReadValue => {
    const place = defaultOf(path);
    return {
      path,
      reads: found.slice(0, readsLimit),
      readsTotal: found.length,
      ...(place === undefined ? {} : { default: place }),
    };
  };
  if ("paths" in wanted) {
    const answers = wanted.paths.map((path) => told(path, readsAt(path, reads)));
    return { values: answers, total: answers.length, isEnd: true };
  }
  const names = [...reads.keys()].filter(
    (name) => name !== "" && wanted.words.every((word) => name.toLowerCase().includes(word)),
  );
  const rest = names.filter((name) => name > wanted.after);
  return {
    values: rest.slice(0, wanted.limit).map((name) => told(name.split("."), readsOf(name, reads))),
    total: names.length,
    isEnd: rest.length <= wanted.limit,
  };
}

type Reads = ReadonlyMap<string, readonly ValueRead[]>;

/**
 * What reads a value: itself or what is in it; where nothing does, the nearest value it is in that is read. An element of
 * a list or map that is gone through, `*`, is any.
 */
function readsAt(path: readonly string[], reads: Reads): readonly ValueRead[] {
  const found = [...reads.keys()].filter((name) => name !== "" && meets(name.split("."), path));
  const within = found.filter((name) => name.split(".").length >= path.length);
  if (within.length > 0) return within.flatMap((name) => readsOf(name, reads)).sort(byPlace);
  const nearest = Math.max(0, ...found.map((name) => name.split(".").length));
  if (nearest === 0) return readsOf("", reads);
  return found
    .filter((name) => name.split(".").length === nearest)
    .flatMap((name) => readsOf(name, reads))
    .sort(byPlace);
}

/** Whether one of two paths leads to the other. */
function meets(pattern: readonly string[], path: readonly string[]): boolean {
  return pattern.every((name, at) => at >= path.length || name === "*" || name === path[at]);
}

function readsOf(name: string, reads: Reads): readonly ValueRead[] {
  return reads.get(name) ?? [];
}

function byPlace(a: ValueRead, b: ValueRead): number {
  if (a.file !== b.file) return a.file < b.file ? -1 : 1;
  return a.line - b.line || a.column - b.column;
}

interface Explained {
  readonly reads: Reads;
  defaultOf(path: readonly string[]): DefaultPlace | undefined;
}

/** Charts this thread keeps explained, and those that can't be: they aren't tried again for each question. */
const keptLimit = 8;
const kept = new Map<string, Explained | CatalystError>();

/** What is known of a chart's values, as this thread has it from before where it does. */
function explained(packed: ArchivedChart, values: Readonly<Record<string, unknown>>): Explained {
  const key = `${packed.archiveDigest} ${digestOf(canonicalJson(values))}`;
  const known = kept.get(key) ?? attempt(packed, values);
  kept.delete(key);
  kept.set(key, known);
  const [oldest] = kept.keys();
  if (kept.size > keptLimit && oldest !== undefined) kept.delete(oldest);
  if (known instanceof CatalystError) throw known;
  return known;
}

function attempt(
  packed: ArchivedChart,
  values: Readonly<Record<string, unknown>>,
): Explained | CatalystError {
  try {
    return explain(loadedChart(packed), values);
  } catch (error) {
    if (error instanceof CatalystError) return error;
    throw error;
  }
}

function explain(chart: Chart, values: Readonly<Record<string, unknown>>): Explained {
  const { name } = chart.metadata;
  const read = (path: string, place: TemplateRead): ValueRead => ({
    path,
    ...place,
    file: inFolder(place.file, name),
  });
  const reads = [...valueReads({ chart, values })].map(
    ([path, places]) => [path, places.map((place) => read(path, place))] as const,
  );
  const defaultOf = valueDefaults({ chart, values });
  return {
    reads: new Map(reads),
    defaultOf: (path) => {
      const place = defaultOf(path);
      return place === undefined ? undefined : { ...place, file: inFolder(place.file, name) };
    },
  };
}

/** `bp-site/templates/page.yaml` is `chart/templates/page.yaml` in the Blueprint's folder. */
function inFolder(file: string, chart: string): string {
  return `chart/${file.slice(chart.length + 1)}`;
}
