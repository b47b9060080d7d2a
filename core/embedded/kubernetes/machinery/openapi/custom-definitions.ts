import { isObject } from "@catalyst/base/json";
import type { CustomKind, ResourceKind } from "../kind.ts";
import { described, type OpenApiVersion } from "./definitions.ts";

type Json = Record<string, unknown>;

/** The name of a custom kind's definition: the group backwards, version, kind. */
export function customDefinitionName(kind: ResourceKind, name: string): string {
  return `${kind.group.split(".").reverse().join(".")}.${kind.version}.${name}`;
}

/** The definitions of a custom kind and its list; none for a builtin kind. */
export function customDefinitions(
  kind: ResourceKind,
  version: OpenApiVersion,
): readonly (readonly [string, Json])[] {
  if (kind.custom === undefined) return [];
  return [
    [customDefinitionName(kind, kind.kind), objectDefinition(kind, kind.custom, version)],
    [customDefinitionName(kind, kind.listKind), listDefinition(kind, kind.custom, version)],
  ];
}

const conventions = "https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md";

const typeMeta = {
  apiVersion: {
    description: `APIVersion defines the versioned schema of this representation of an object. Servers should convert recognized schemas to the latest internal value, and may reject unrecognized values. More info: ${conventions}#resources`,
    type: "string",
  },
  kind: {
    description: `Kind is a string value representing the REST resource this object represents. Servers may infer this from the endpoint the client submits requests to. Cannot be updated. In CamelCase. More info: ${conventions}#types-kinds`,
    type: "string",
  },
};

const embeddedTypeMeta = {
  apiVersion: {
    description: `apiVersion defines the versioned schema of this representation of an object. More info: ${conventions}#resources`,
    type: "string",
  },
  kind: {
    description: `kind is a string value representing the type of this object. In CamelCase. More info: ${conventions}#types-kinds`,
    type: "string",
  },
};

function prefixOf(version: OpenApiVersion): string {
  return version === 2 ? "#/definitions/" : "#/components/schemas/";
}

function metaReference(name: string, description: string, version: OpenApiVersion): Json {
  const $ref = `${prefixOf(version)}io.k8s.apimachinery.pkg.apis.meta.v1.${name}`;
  return described({ $ref }, description, version);
}

function objectMetadata(version: OpenApiVersion): Json {
  const description = `Standard object's metadata. More info: ${conventions}#metadata`;
  return metaReference("ObjectMeta", description, version);
}

function listMetadata(version: OpenApiVersion): Json {
  const description = `Standard list metadata. More info: ${conventions}#types-kinds`;
  return metaReference("ListMeta", description, version);
}

/**
 * kubectl takes a Swagger definition with properties for one that forbids all others: where others may be, it is told
 * of none.
 */
function objectDefinition(kind: ResourceKind, custom: CustomKind, version: OpenApiVersion): Json {
  const written = custom.openApiSchema;
  const open =
    Object.keys(written).length === 0 ||
    (version === 2 &&
      (custom.preserveUnknownFields || written["x-kubernetes-preserve-unknown-fields"] === true));
  const schema = open ? { type: "object" } : published(written, version);
  const properties = {
    ...(schema["properties"] as Json | undefined),
    metadata: objectMetadata(version),
    ...typeMeta,
  };
  return {
    ...schema,
    ...(open ? {} : { properties }),
    ...marks(kind, custom, kind.kind),
  };
}

function listDefinition(kind: ResourceKind, custom: CustomKind, version: OpenApiVersion): Json {
  const item = `${prefixOf(version)}${customDefinitionName(kind, kind.kind)}`;
  return {
    description: `${kind.listKind} is a list of ${kind.kind}`,
    type: "object",
    required: ["items"],
    properties: {
      ...typeMeta,
      items: {
        description: `List of ${kind.plural}. More info: ${conventions}`,
        type: "array",
        items: { $ref: item },
      },
      metadata: listMetadata(version),
    },
    ...marks(kind, custom, kind.listKind),
  };
}

function marks(kind: ResourceKind, { selectableFields }: CustomKind, name: string): Json {
  return {
    "x-kubernetes-group-version-kind": [{ group: kind.group, kind: name, version: kind.version }],
    ...(selectableFields.length === 0
      ? {}
      : { "x-kubernetes-selectable-fields": selectableFields.map((fieldPath) => ({ fieldPath })) }),
  };
}

/** A schema as it is published, and those within it. */
function published(schema: Readonly<Json>, version: OpenApiVersion): Json {
  const kept: Json = version === 2 ? forSwagger(schema) : { ...schema };
  for (const [key, value] of Object.entries(kept)) {
    if (key.startsWith("x-kubernetes-") && value === false) delete kept[key];
    else if (key === "properties" && isObject(value)) {
      const parts = Object.entries(value).map(([name, part]) => [name, within(part, version)]);
      kept[key] = Object.fromEntries(parts);
    } else if (key === "items" || key === "additionalProperties") kept[key] = within(value, version);
  }
  if (version === 3) unfoldIntOrString(kept);
  return kept;
}

function within(schema: unknown, version: OpenApiVersion): unknown {
  if (!isObject(schema)) return schema;
  const kept = published(schema, version);
  const open = version === 2 && kept["x-kubernetes-preserve-unknown-fields"] === true;
  return kept["x-kubernetes-embedded-resource"] === true && !open ? withTypeMeta(kept, version) : kept;
}

function withTypeMeta(schema: Json, version: OpenApiVersion): Json {
  const required = (schema["required"] as readonly string[] | undefined) ?? [];
  const missing = ["kind", "apiVersion"].filter((name) => !required.includes(name));
  return {
    ...schema,
    properties: {
      ...(schema["properties"] as Json | undefined),
      ...embeddedTypeMeta,
      metadata: objectMetadata(version),
    },
    required: [...required, ...missing],
  };
}

const combinators = ["oneOf", "anyOf", "allOf", "not"] as const;

/** Swagger 2 knows no combinators and no null, and kubectl no open objects: a schema with those says less there. */
function forSwagger(schema: Readonly<Json>): Json {
  const kept: Json = { ...schema };
  for (const key of combinators) delete kept[key];
  const nullable = kept["nullable"] === true;
  const open = kept["x-kubernetes-preserve-unknown-fields"] === true;
  delete kept["nullable"];
  if (nullable || open) {
    delete kept["items"];
    delete kept["properties"];
  }
  const isOpenObject = open && kept["type"] === "object";
  if (nullable || isOpenObject || (kept["type"] === "array" && kept["items"] === undefined))
    delete kept["type"];
  const required = stillRequired(kept);
  if (required === undefined) delete kept["required"];
  else kept["required"] = required;
  return kept;
}

/** What may be null isn't required in Swagger. */
function stillRequired(schema: Json): readonly unknown[] | undefined {
  const { required, properties, additionalProperties } = schema;
  if (!Array.isArray(required) || isNullable(additionalProperties)) return undefined;
  const kept = required.filter(
    (name) => !isObject(properties) || !Object.hasOwn(properties, name) || !isNullable(properties[name]),
  );
  return kept.length === 0 ? undefined : kept;
}

function isNullable(schema: unknown): boolean {
  return isObject(schema) && schema["nullable"] === true;
}

/** Says of an int-or-string what both are, where the schema doesn't itself. */
function unfoldIntOrString(schema: Json): void {
  if (schema["x-kubernetes-int-or-string"] !== true) return;
  const either = [{ type: "integer" }, { type: "string" }];
  const { anyOf, allOf } = schema;
  const first: unknown = Array.isArray(allOf) ? allOf[0] : undefined;
  if (isEither(anyOf) || (isObject(first) && isEither(first["anyOf"]))) return;
  if (anyOf === undefined) schema["anyOf"] = either;
  else schema["allOf"] = [{ anyOf: either }, ...(Array.isArray(allOf) ? (allOf as unknown[]) : [])];
}

function isEither(anyOf: unknown): boolean {
  if (!Array.isArray(anyOf) || anyOf.length !== 2) return false;
  const [first, second] = anyOf as unknown[];
  return isObject(first) && first["type"] === "integer" && isObject(second) && second["type"] === "string";
}
