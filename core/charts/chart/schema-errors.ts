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

/** What Helm's library looks at first; a value that fails one of these isn't looked at further. */
const decisive = ["type", "const", "enum", "format"];

/** Leaves out what Helm's library doesn't come to, and puts a list's own mistakes before those of its items. */
function withoutFollowing(errors: readonly ErrorObject[]): ErrorObject[] {
  const place = (error: ErrorObject) => `${error.instancePath} ${error.schemaPath.replace(/\/[^/]*$/, "")}`;
  const first = new Map<string, number>();
  for (const error of errors) {
    const rank = decisive.indexOf(error.keyword);
    if (rank >= 0) first.set(place(error), Math.min(rank, first.get(place(error)) ?? rank));
  }
  const kept = errors.filter((error) => {
    const rank = first.get(place(error));
    return rank === undefined || decisive[rank] === error.keyword;
  });
  for (const error of kept.filter(({ keyword }) => keyword === "uniqueItems")) {
    const items = error.schemaPath.replace(/uniqueItems$/, "items");
    const before = kept.findIndex(({ schemaPath }) => schemaPath.startsWith(items));
    const at = kept.indexOf(error);
    if (before >= 0 && before < at) kept.splice(before, 0, ...kept.splice(at, 1));
  }
  return kept;
}

/** Tells whether an error was found while trying what a combination holds, also by way of a reference. */
function isInside(cause: ErrorObject, combination: ErrorObject): boolean {
  if (cause.schemaPath.startsWith(`${combination.schemaPath}/`)) return true;
  const isReferred = /^#\/(?:\$defs|definitions)\//.test(cause.schemaPath);
  const isBeside = cause.schemaPath.startsWith(combination.schemaPath.replace(/[^/]*$/, ""));
  return (
    combinations.has(combination.keyword) &&
    isReferred &&
    !(isBeside && /^#\/(?:\$defs|definitions)\//.test(combination.schemaPath)) &&
    cause.instancePath.startsWith(combination.instancePath)
  );
}

const combinations: ReadonlySet<string> = new Set(["anyOf", "oneOf", "not", "contains"]);

/** Ajv lists the errors inside a combination before the combination itself. */
function nest(errors: readonly ErrorObject[]): Problem[] {
  const open: Problem[] = [];
  for (const error of errors) {
    if (error.keyword === "if") continue;
    const causes: Problem[] = [];
    for (let last = open.at(-1); last !== undefined && isInside(last.error, error); last = open.at(-1)) {
      causes.unshift(last);
      open.pop();
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
    case "format":
      return `${show(value)} is not valid ${params["format"] as string}`;
    case "dependentRequired":
    case "dependencies":
      return `properties ${(params["deps"] as string).split(", ").map(quoted).join(", ")} required, if ${quoted(params["property"])} exists`;
    case "minimum":
    case "maximum":
    case "exclusiveMinimum":
    case "exclusiveMaximum":
    case "multipleOf":
      return `${exclusive(keyword, params)}: got ${formatNumber(value)}, want ${formatNumber(params["limit"] ?? params["multipleOf"])}`;
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

/** In draft 4 the limit is excluded by a keyword beside it. */
function exclusive(keyword: string, params: ErrorObject["params"]): string {
  const excludes = /^[<>]$/.test(String(params["comparison"]));
  return excludes ? keyword.replace(/^m(?=(?:in|ax)imum$)/, "exclusiveM") : keyword;
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
