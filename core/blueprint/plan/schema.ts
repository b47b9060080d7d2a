import type { LocatedYaml } from "@catalyst/base/yaml";
import type { Problem } from "@catalyst/model/problem";
import { Ajv2020, type ErrorObject, type ValidateFunction } from "ajv/dist/2020.js";

const options = { allErrors: true, strict: false, validateFormats: false, verbose: true } as const;

/**
 * For schemas of this program, which are valid, as a test says: checking them would take several times as long as
 * all else that is done with them, at every start.
 */
const own = new Ajv2020({ ...options, validateSchema: false });

/** For schemas of others; made when the first is met. */
let others: Ajv2020 | undefined;

/** Compiled schemas, by the schema object itself. */
const compiled = new WeakMap<object, ValidateFunction>();

/**
 * Validates a value against a JSON Schema (2020-12) of this program. `at` is where the value stands in its
 * document, whose `source` gives line numbers. Unknown fields are only a problem where the schema says so.
 */
export function schemaProblems(
  schema: object,
  value: unknown,
  at: readonly (string | number)[],
  source?: LocatedYaml,
): Problem[] {
  return problemsBy(own, schema, value, at, source);
}

/** Validates config against the schema its Blueprint has for it, as `schemaProblems`. Throws when that is none. */
export function configProblems(
  configSchema: object,
  config: unknown,
  at: readonly (string | number)[],
  source?: LocatedYaml,
): Problem[] {
  others ??= new Ajv2020(options);
  return problemsBy(others, configSchema, config, at, source);
}

function problemsBy(
  ajv: Ajv2020,
  schema: object,
  value: unknown,
  at: readonly (string | number)[],
  source: LocatedYaml | undefined,
): Problem[] {
  let validate = compiled.get(schema);
  if (validate === undefined) {
    validate = ajv.compile(schema);
    compiled.set(schema, validate);
  }
  if (validate(value)) return [];
  return (validate.errors ?? []).filter(isOwnCause).map((error) => problemOf(error, at, source));
}

/** Errors that only say that a branch of a union failed are told by the union itself. */
function isOwnCause(error: ErrorObject): boolean {
  return !/\/(anyOf|oneOf)\/\d+\//.test(error.schemaPath);
}

function problemOf(
  error: ErrorObject,
  at: readonly (string | number)[],
  source: LocatedYaml | undefined,
): Problem {
  const inside = error.instancePath.split("/").slice(1).map(unescapePointer);
  const parent = [...at, ...inside];
  const missing = error.keyword === "required" ? String(error.params["missingProperty"]) : undefined;
  const extra =
    error.keyword === "additionalProperties" ? String(error.params["additionalProperty"]) : undefined;
  const path =
    missing !== undefined ? [...parent, missing] : extra !== undefined ? [...parent, extra] : parent;
  const field = path
    .map((token, index) => (/^\d+$/.test(String(token)) ? `[${token}]` : `${index === 0 ? "" : "."}${token}`))
    .join("");
  const line = source?.lineOf(path);
  return {
    code: "schema-violation",
    message: messageOf(error, field, missing, extra),
    field,
    ...(line === undefined ? {} : { line }),
  };
}

function messageOf(
  error: ErrorObject,
  field: string,
  missing: string | undefined,
  extra: string | undefined,
): string {
  if (missing !== undefined) return `${field} is required`;
  if (extra !== undefined) return `${field} is not a known field`;
  const allowed = error.params["allowedValues"];
  if (error.keyword === "enum" && Array.isArray(allowed))
    return `${field} must be one of ${allowed.map((item) => JSON.stringify(item)).join(", ")}`;
  if (error.keyword === "anyOf" && Array.isArray(error.schema)) {
    const values = error.schema.map((branch: { const?: unknown }) => branch.const);
    if (values.every((item) => item !== undefined))
      return `${field} must be one of ${values.map((item) => JSON.stringify(item)).join(", ")}`;
  }
  return `${field} ${error.message?.replace("must NOT", "must not") ?? "is not valid"}`;
}

function unescapePointer(token: string): string {
  return token.replaceAll("~1", "/").replaceAll("~0", "~");
}
