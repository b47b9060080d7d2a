import { goRegexp } from "@catalyst/base/go-regexp";
import { Ajv, type ErrorObject, type Options, type ValidateFunction } from "ajv";
import { Ajv2019 } from "ajv/dist/2019.js";
import { Ajv2020 } from "ajv/dist/2020.js";
import draft4 from "ajv-draft-04";
import formats from "ajv-formats";
import { decodeBytes } from "../template/bytes.ts";
import { Integer, type Value } from "../template/values.ts";
import type { ActiveChart } from "./dependencies.ts";
import { chartInvalid } from "./errors.ts";
import { describeSchemaErrors } from "./schema-errors.ts";

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
    { hint: "Change the values named." },
  );
}

function problemsOf(chart: ActiveChart, values: Map<string, Value>): string {
  let problems = "";
  if (chart.chart.schema !== undefined) {
    const found = validateAgainst(chart.chart.schema, values);
    if (found !== "") problems += `${chart.name}:\n${found}\n`;
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

const compiled = new WeakMap<Uint8Array, ValidateFunction | string>();

/** Checks values against one schema; gives a line for each mistake, empty when there is none. */
export function validateAgainst(schema: Uint8Array, values: Map<string, Value>): string {
  let check = compiled.get(schema);
  if (check === undefined) {
    check = compile(schema);
    compiled.set(schema, check);
  }
  if (typeof check === "string") return check;
  const plain = toPlain(values);
  try {
    return check(plain) ? "" : describeSchemaErrors(check.errors ?? ([] as ErrorObject[]), plain);
  } catch (error) {
    // A schema that refers to itself without end runs out of stack.
    if (error instanceof RangeError) return "unable to validate schema: it recurses without end";
    throw error;
  }
}

function compile(bytes: Uint8Array): ValidateFunction | string {
  if (bytes.length > sizeLimit) return `unable to validate schema: larger than ${sizeLimit} bytes`;
  try {
    const schema: unknown = JSON.parse(decodeBytes(bytes));
    if (typeof schema === "boolean") return ajvFor("").compile(schema);
    const named = (schema as { $schema?: unknown }).$schema;
    return ajvFor(typeof named === "string" ? named : "").compile(schema as object);
  } catch (error) {
    return `unable to validate schema: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** Patterns are Go's, as in Helm, and match in linear time (security case 8). */
const regExp = Object.assign((pattern: string) => goRegexp(pattern), { code: "goRegexp" });

function ajvFor(draft: string): Ajv {
  const options = {
    strict: false,
    allErrors: true,
    validateFormats: false,
    logger: false,
    verbose: true,
    code: { regExp },
  } as const;
  const named = draft.replace(/#$/, "");
  if (/2019-09/.test(named)) return new Ajv2019(options);
  if (/draft-0[467]/.test(named)) return withFormats(named, options);
  return new Ajv2020({ ...options, validateSchema: false });
}

/** The older drafts check formats, the newer ones only name them. */
function withFormats(draft: string, options: Options): Ajv {
  const checking = { ...options, validateFormats: true, validateSchema: false };
  // The package is CommonJS: its class is the default export of what it exports.
  const ajv = /draft-04/.test(draft) ? new draft4.default(checking) : new Ajv(checking);
  formats.default(ajv, { mode: "full" });
  return ajv;
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
