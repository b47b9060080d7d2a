import { createRequire } from "node:module";
import type { LocatedYaml } from "@catalyst/base/yaml";
import type { Problem } from "@catalyst/model/problem";
import type { Ajv2020, ErrorObject, ValidateFunction } from "ajv/dist/2020.js";

const require = createRequire(import.meta.url);

const options = { allErrors: true, strict: false, validateFormats: false, verbose: true } as const;

interface Validator {
  readonly ajv: Ajv2020;
  /** By the schema object itself. */
  readonly compiled: WeakMap<object, ValidateFunction>;
}

/** Loads Ajv with the first value that is validated: it is large, and a start without changes validates nothing. */
function validator({ validateSchema }: { readonly validateSchema: boolean }): Validator {
  const { Ajv2020 } = require("ajv/dist/2020.js") as typeof import("ajv/dist/2020.js");
  return { ajv: new Ajv2020({ ...options, validateSchema }), compiled: new WeakMap() };
}

/**
 * For schemas that were checked before: this program's by a test, a Blueprint's by lint. Checking them again would
 * take several times as long as all else that is done with them, in one piece. What can't be compiled still throws.
 */
let checked: Validator | undefined;

/** For schemas that weren't. */
let checking: Validator | undefined;

/**
 * Validates a value against a JSON Schema (2020-12) that was checked before. `at` is where the value stands in its
 * document, whose `source` gives line numbers. Unknown fields are only a problem where the schema says so.
 */
export function schemaProblems(
  schema: object,
  value: unknown,
  at: readonly (string | number)[],
  source?: LocatedYaml,
): Problem[] {
  checked ??= validator({ validateSchema: false });
  return problemsBy(checked, schema, value, at, source);
}

/** Validates as `schemaProblems` by a schema that is checked itself first. Throws when it is none. */
export function uncheckedSchemaProblems(
  schema: object,
  value: unknown,
  at: readonly (string | number)[],
  source?: LocatedYaml,
): Problem[] {
  checking ??= validator({ validateSchema: true });
  return problemsBy(checking, schema, value, at, source);
}

function problemsBy(
  { ajv, compiled }: Validator,
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
