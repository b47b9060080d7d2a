import { isObject } from "@catalyst/base/json";
import { builtinType } from "../schema/builtin.ts";
import type { ExpressionRule, FieldSchema, ListType, TypeSchema, ValueRules } from "../schema/type-schema.ts";

type Schema = Readonly<Record<string, unknown>>;

/**
 * Compiles a CRD version's openAPIV3Schema (a valid structural schema) to the type of its objects; undefined
 * stands for a version that keeps everything.
 */
export function compileCustomType(schema: unknown, preserveUnknownFields: boolean): TypeSchema {
  const root = compile(isObject(schema) ? schema : { type: "object" }, "object");
  const fields = new Map(root.fields);
  for (const name of ["apiVersion", "kind"]) fields.set(name, { type: text, required: false });
  fields.set("metadata", { type: builtinType("apimachinery.pkg.apis.meta.v1.ObjectMeta"), required: false });
  return { ...root, type: "object", fields, ...(preserveUnknownFields ? { preserveUnknown: true } : {}) };
}

const text: TypeSchema = { type: "string" };

function compile(schema: Schema, fallback: TypeSchema["type"] = "any"): TypeSchema {
  const type = typeOf(schema, fallback);
  const rules = valueRules(schema);
  const { properties, additionalProperties, items } = schema;
  return {
    type,
    ...(typeof schema["format"] === "string" ? { format: schema["format"] } : {}),
    ...(isObject(properties) || schema["x-kubernetes-embedded-resource"] === true
      ? { fields: compileFields(schema) }
      : {}),
    ...valuesOf(additionalProperties),
    ...(isObject(items) ? { items: compile(items) } : {}),
    ...(type === "list" ? listAttributes(schema) : {}),
    ...(schema["x-kubernetes-map-type"] === "atomic" ? { atomic: true } : {}),
    ...(schema["x-kubernetes-preserve-unknown-fields"] === true ? { preserveUnknown: true } : {}),
    ...(schema["x-kubernetes-embedded-resource"] === true ? { embedded: true } : {}),
    ...(schema["nullable"] === true ? { nullable: true } : {}),
    ...(rules === undefined ? {} : { rules }),
  };
}

function typeOf(schema: Schema, fallback: TypeSchema["type"]): TypeSchema["type"] {
  if (schema["x-kubernetes-int-or-string"] === true) return "int-or-string";
  switch (schema["type"]) {
    case "array":
      return "list";
    case "object":
      return schema["properties"] === undefined && schema["additionalProperties"] !== undefined
        ? "map"
        : "object";
    case "string":
    case "integer":
    case "number":
    case "boolean":
      return schema["type"];
    default:
      return fallback;
  }
}

function valuesOf(additional: unknown): { values?: TypeSchema } {
  if (isObject(additional)) return { values: compile(additional) };
  return additional === true ? { values: { type: "any", preserveUnknown: true } } : {};
}

function compileFields(schema: Schema): ReadonlyMap<string, FieldSchema> {
  const required = Array.isArray(schema["required"]) ? schema["required"] : [];
  const properties = isObject(schema["properties"]) ? schema["properties"] : {};
  const fields = new Map<string, FieldSchema>();
  if (schema["x-kubernetes-embedded-resource"] === true) {
    for (const name of ["apiVersion", "kind"]) fields.set(name, { type: text, required: false });
    fields.set("metadata", {
      type: builtinType("apimachinery.pkg.apis.meta.v1.ObjectMeta"),
      required: false,
    });
  }
  for (const [name, property] of Object.entries(properties)) {
    if (fields.has(name)) continue;
    const written = isObject(property) ? property : {};
    fields.set(name, {
      type: compile(written),
      required: required.includes(name),
      ...(written["default"] === undefined ? {} : { default: written["default"] }),
    });
  }
  return fields;
}

function listAttributes(schema: Schema): Partial<TypeSchema> {
  const listType = schema["x-kubernetes-list-type"];
  const keys = schema["x-kubernetes-list-map-keys"];
  return {
    listType: listType === "map" || listType === "set" ? (listType satisfies ListType) : "atomic",
    ...(Array.isArray(keys) ? { mapKeys: keys.map(String) } : {}),
  };
}

const plainRules = [
  "enum",
  "pattern",
  "minimum",
  "maximum",
  "exclusiveMinimum",
  "exclusiveMaximum",
  "multipleOf",
  "minLength",
  "maxLength",
  "minItems",
  "maxItems",
  "uniqueItems",
  "minProperties",
  "maxProperties",
  "required",
] as const;

/** The limits a schema states on its value; undefined when it states none. */
function valueRules(schema: Schema, nested = false): ValueRules | undefined {
  const rules: Record<string, unknown> = {};
  for (const name of plainRules) if (schema[name] !== undefined) rules[name] = schema[name];
  if (typeof schema["format"] === "string") rules["format"] = schema["format"];
  for (const name of ["allOf", "anyOf", "oneOf"]) {
    const parts = schema[name];
    if (Array.isArray(parts)) rules[name] = parts.map((part) => valueRules(part as Schema, true) ?? {});
  }
  if (isObject(schema["not"])) rules["not"] = valueRules(schema["not"], true) ?? {};
  const expressions = schema["x-kubernetes-validations"];
  if (Array.isArray(expressions)) rules["expressions"] = expressions as readonly ExpressionRule[];
  if (nested) nestRules(schema, rules);
  return Object.keys(rules).length === 0 ? undefined : (rules as ValueRules);
}

/** Below a combinator there is no type of its own: its rules go down along the value themselves. */
function nestRules(schema: Schema, rules: Record<string, unknown>): void {
  if (typeof schema["type"] === "string") rules["type"] = schema["type"];
  const { properties, items, additionalProperties } = schema;
  if (isObject(properties)) {
    rules["properties"] = Object.fromEntries(
      Object.entries(properties).map(([name, part]) => [name, valueRules(part as Schema, true) ?? {}]),
    );
  }
  if (isObject(items)) rules["items"] = valueRules(items, true) ?? {};
  if (isObject(additionalProperties)) {
    rules["additionalProperties"] = valueRules(additionalProperties, true) ?? {};
  }
}
