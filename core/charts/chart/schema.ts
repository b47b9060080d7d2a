import { GoJsonError, readGoJson } from "@catalyst/base/go-json";
import { compileSchema } from "../json-schema/compile.ts";
import { type SchemaDocument, SchemaInvalid } from "../json-schema/document.ts";
import { printProblems } from "../json-schema/problems.ts";
import { validate } from "../json-schema/validate.ts";
import { decodeBytes } from "../template/bytes.ts";
import { Integer, type Value } from "../template/values.ts";
import type { ActiveChart } from "./dependencies.ts";
import { chartInvalid } from "./errors.ts";

/** Largest schema compiled; a hostile one can't cost more than this (security case 8). */
const sizeLimit = 2 * 1024 * 1024;

/**
 * Checks values against the schemas of a chart and its subcharts. Throws `chart-values-invalid` with Helm's
 * text, a line for each mistake.
 */
export function checkSchemas(chart: ActiveChart, values: Map<string, Value>): void {
  const problems = problemsOf(chart, values);
  if (problems === "") return;
  throw chartInvalid(
    `values don't meet the specifications of the schema(s) in the following chart(s):\n${problems}`,
    { hint: "Change the values named, or the schema where it is said to be wrong itself." },
  );
}

function problemsOf(chart: ActiveChart, values: Map<string, Value>): string {
  let problems = "";
  if (chart.chart.schema !== undefined) {
    const found = validateAgainst(chart.chart.schema, values);
    if (found !== "") problems += `${chart.name}:\n${found}`;
  }
  for (const subchart of chart.dependencies) {
    const section = values.get(subchart.name);
    if (section === null || section === undefined) continue;
    if (section instanceof Map) problems += problemsOf(subchart, section);
    else
      problems += `${subchart.name}:\ninvalid type for values: expected object (map), got ${typeof section}\n`;
  }
  return problems;
}

const compiled = new WeakMap<Uint8Array, SchemaDocument | string>();

/** Gives what a schema finds in values, with a line break at its end; what is wrong with the schema itself has none. */
export function validateAgainst(schema: Uint8Array, values: Map<string, Value>): string {
  const document = compiled.get(schema) ?? compile(schema);
  compiled.set(schema, document);
  if (typeof document === "string") return document;
  try {
    const problem = validate(document, toPlain(values));
    return problem === undefined ? "" : `${printProblems(problem)}\n`;
  } catch (error) {
    return describe(error);
  }
}

function compile(bytes: Uint8Array): SchemaDocument | string {
  if (bytes.length > sizeLimit) return `unable to validate schema: larger than ${sizeLimit} bytes`;
  try {
    return compileSchema(parseJson(decodeBytes(bytes)));
  } catch (error) {
    return describe(error);
  }
}

/** Reads a schema; the errors are those of Go's decoder for streams. */
function parseJson(text: string): unknown {
  if (text.trim() === "") throw new SchemaInvalid("EOF");
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new SchemaInvalid(decoderMessage(text) ?? (error as Error).message);
  }
}

function decoderMessage(text: string): string | undefined {
  try {
    readGoJson(text);
    return undefined;
  } catch (error) {
    if (!(error instanceof GoJsonError)) throw error;
    return error.message
      .replace("unexpected end of JSON input", "unexpected EOF")
      .replace(/ '.*' (after top-level value)/, " $1");
  }
}

function describe(error: unknown): string {
  if (error instanceof SchemaInvalid) return error.message;
  // A schema that nests without end runs out of stack.
  if (error instanceof RangeError) return "unable to validate schema: it recurses without end";
  throw error;
}

function toPlain(value: Value): unknown {
  if (value instanceof Map) {
    const plain: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
    for (const [key, item] of value) plain[key] = toPlain(item);
    return plain;
  }
  if (value instanceof Integer) return Number(value.value);
  return Array.isArray(value) ? value.map(toPlain) : value;
}
