import type { ErrorObject } from "ajv";
import { formatValue } from "../template/format.ts";
import type { Value } from "../template/values.ts";

/** An error with those found while trying what it combines (anyOf, oneOf). */
interface Problem {
  readonly error: ErrorObject;
  readonly causes: Problem[];
}

/** Prints ajv's errors as the schema library of Helm does: one line each, indented below their combination. */
export function describeSchemaErrors(errors: readonly ErrorObject[], root: unknown): string {
  return nest(withoutFollowing(errors))
    .map((problem) => print(problem, 0, root))
    .join("\n");
}

/** Where a value has the wrong type, what else its schema asks isn't looked at. */
function withoutFollowing(errors: readonly ErrorObject[]): ErrorObject[] {
  const place = (error: ErrorObject) => `${error.instancePath} ${error.schemaPath.replace(/\/[^/]*$/, "")}`;
  const mistyped = new Set(errors.filter(({ keyword }) => keyword === "type").map(place));
  return errors.filter((error) => error.keyword === "type" || !mistyped.has(place(error)));
}

/** Ajv lists the errors inside a combination before the combination itself. */
function nest(errors: readonly ErrorObject[]): Problem[] {
  const open: Problem[] = [];
  for (const error of errors) {
    if (error.keyword === "if") continue;
    const inside = `${error.schemaPath}/`;
    const causes: Problem[] = [];
    while (open.length > 0 && open.at(-1)?.error.schemaPath.startsWith(inside)) {
      const cause = open.pop();
      if (cause !== undefined) causes.unshift(cause);
    }
    const previous = open.at(-1);
    if (previous !== undefined && mergeable(previous.error, error)) mergeNames(previous.error, error);
    else open.push({ error, causes });
  }
  return open;
}

const listed: Readonly<Record<string, string>> = {
  required: "missingProperty",
  additionalProperties: "additionalProperty",
  unevaluatedProperties: "unevaluatedProperty",
};

/** Missing and additional properties of one object are named together. */
function mergeable(a: ErrorObject, b: ErrorObject): boolean {
  return (
    a.keyword === b.keyword &&
    a.keyword in listed &&
    a.instancePath === b.instancePath &&
    a.schemaPath === b.schemaPath
  );
}

function mergeNames(a: ErrorObject, b: ErrorObject): void {
  const parameter = listed[a.keyword] ?? "";
  a.params[parameter] = [a.params[parameter], b.params[parameter]].flat();
}

function print(problem: Problem, depth: number, root: unknown): string {
  const line = `${"  ".repeat(depth)}- at '${problem.error.instancePath}': ${describe(problem.error, root)}`;
  return [line, ...problem.causes.map((cause) => print(cause, depth + 1, root))].join("\n");
}

function describe(error: ErrorObject, root: unknown): string {
  const { keyword, params } = error;
  const value = error.data === undefined ? root : error.data;
  switch (keyword) {
    case "type":
      return `got ${typeOf(value)}, want ${inOrder([params["type"]].flat() as string[]).join(" or ")}`;
    case "required":
      return names("missing property", "missing properties", params["missingProperty"]);
    case "additionalProperties":
      return `additional properties ${quoted(params["additionalProperty"])} not allowed`;
    case "unevaluatedProperties":
      return `unevaluated properties ${quoted(params["unevaluatedProperty"])} not allowed`;
    case "enum": {
      const allowed = (params["allowedValues"] as unknown[]).map(show);
      return allowed.length === 1
        ? `value must be ${allowed[0]}`
        : `value must be one of ${allowed.join(", ")}`;
    }
    case "const":
      return `value must be ${show(params["allowedValue"])}`;
    case "pattern":
      return `'${String(value)}' does not match pattern '${params["pattern"] as string}'`;
    case "minimum":
    case "maximum":
    case "exclusiveMinimum":
    case "exclusiveMaximum":
    case "multipleOf":
      return `${keyword}: got ${formatNumber(value)}, want ${formatNumber(params["limit"] ?? params["multipleOf"])}`;
    case "minLength":
    case "maxLength":
      return `${keyword}: got ${[...String(value)].length}, want ${params["limit"]}`;
    case "minItems":
    case "maxItems":
      return `${keyword}: got ${(value as unknown[]).length}, want ${params["limit"]}`;
    case "minProperties":
    case "maxProperties":
      return `${keyword}: got ${Object.keys(value as object).length}, want ${params["limit"]}`;
    case "uniqueItems":
      return `items at ${Math.min(params["i"], params["j"])} and ${Math.max(params["i"], params["j"])} are equal`;
    case "propertyNames":
      return `invalid propertyName '${params["propertyName"] as string}'`;
    case "false schema":
      return "false schema";
    case "oneOf": {
      const matched = params["passingSchemas"] as number[] | null;
      return matched
        ? `'oneOf' failed, subschemas ${matched.join(", ")} matched`
        : "'oneOf' failed, none matched";
    }
    default:
      return `'${keyword}' failed`;
  }
}

const typeOrder = ["null", "boolean", "number", "integer", "string", "array", "object"];

function inOrder(types: readonly string[]): string[] {
  return [...types].sort((a, b) => typeOrder.indexOf(a) - typeOrder.indexOf(b));
}

function names(one: string, many: string, value: unknown): string {
  return Array.isArray(value) ? `${many} ${quoted(value)}` : `${one} ${quoted(value)}`;
}

function quoted(value: unknown): string {
  return [value]
    .flat()
    .map((name) => `'${String(name)}'`)
    .join(", ");
}

function show(value: unknown): string {
  return typeof value === "string" ? `'${value}'` : JSON.stringify(value);
}

function formatNumber(value: unknown): string {
  return formatValue(value as Value);
}

function typeOf(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "array" : typeof value;
}
