import type { GoFieldLookup } from "./go-fields.ts";

/** The part of an OpenAPI 3 schema that Kubernetes' published documents use. */
export interface OpenApiSchema {
  readonly $ref?: string;
  readonly allOf?: readonly OpenApiSchema[];
  readonly oneOf?: readonly OpenApiSchema[];
  readonly type?: string;
  readonly format?: string;
  readonly default?: unknown;
  readonly items?: OpenApiSchema;
  readonly additionalProperties?: OpenApiSchema;
  readonly properties?: Readonly<Record<string, OpenApiSchema>>;
  readonly required?: readonly string[];
  readonly "x-kubernetes-list-type"?: string;
  readonly "x-kubernetes-list-map-keys"?: readonly string[];
  readonly "x-kubernetes-map-type"?: string;
  readonly "x-kubernetes-patch-strategy"?: string;
  readonly "x-kubernetes-patch-merge-key"?: string;
  readonly "x-kubernetes-unions"?: unknown;
  readonly "x-kubernetes-group-version-kind"?: readonly { group: string; version: string; kind: string }[];
}

/**
 * Turns the documents' schemas into the compact form of the data file (read by
 * `machinery/schema/type-text.ts`): a field is a text
 *
 *     TYPE = string | boolean | int32 | int64 | double | byte | any | int-or-string | @Definition
 *     FIELD = TYPE | [LIST]FIELD | {MAP}FIELD       LIST = "" | a | s | m:key,key     MAP = "" | a | g
 *
 * with `!` behind it when its zero value is its default, then `?` when Go's encoder keeps its zero value though
 * it is optional (a pointer), `~` when it leaves out what is zero all the same, `+` when it prints an absent list
 * as null, `=` when it prints an absent value as null; or an object when it has more attributes.
 */
export function collectTypes(
  schemas: Readonly<Record<string, OpenApiSchema>>,
  goField: GoFieldLookup,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(schemas).map(([name, schema]) => [
      shortName(name),
      compactType(shortName(name), schema, goField),
    ]),
  );
}

function compactType(name: string, schema: OpenApiSchema, goField: GoFieldLookup): unknown {
  const kinds = schema["x-kubernetes-group-version-kind"];
  return {
    ...(schema.properties === undefined
      ? schema.type === "object"
        ? {}
        : { is: compactField(schema) }
      : {
          fields: Object.fromEntries(
            Object.entries(schema.properties).map(([field, value]) => [
              field,
              attributed(value, encodingMark(name, field, value, goField)),
            ]),
          ),
        }),
    ...(schema.required === undefined ? {} : { required: schema.required }),
    ...(schema["x-kubernetes-map-type"] === "atomic" ? { atomic: true } : {}),
    ...(schema["x-kubernetes-unions"] === undefined ? {} : { unions: schema["x-kubernetes-unions"] }),
    ...(kinds === undefined || kinds.length > 1
      ? {}
      : { kind: kinds.map(({ group, version, kind }) => `${group}/${version}/${kind}`)[0] }),
  };
}

/** The field as text, or as an object when text isn't enough. */
function attributed(schema: OpenApiSchema, mark: string): unknown {
  const strategy = schema["x-kubernetes-patch-strategy"];
  const mergeKey = schema["x-kubernetes-patch-merge-key"];
  const stated = schema.default !== undefined && !isZero(schema.default);
  const text = `${compactField(schema)}${mark}`;
  if (strategy === undefined && mergeKey === undefined && !stated) return text;
  return {
    is: text,
    ...(stated ? { default: schema.default } : {}),
    ...(strategy === undefined ? {} : { strategy }),
    ...(mergeKey === undefined ? {} : { mergeKey }),
  };
}

function encodingMark(type: string, field: string, schema: OpenApiSchema, goField: GoFieldLookup): string {
  const go = goField(type, field);
  if (go === undefined) return "";
  const collection = schema.type === "array" || schema.additionalProperties !== undefined;
  const reference = schema.$ref !== undefined || schema.allOf !== undefined;
  if (collection) return go.omitEmpty || go.omitZero ? (go.pointer ? "?" : "") : "+";
  if (reference) return go.pointer ? "?" : go.omitZero ? "~" : "";
  const zeroDefault = schema.default !== undefined && isZero(schema.default);
  if (go.pointer) return go.omitEmpty || go.omitZero ? "?" : "=";
  return zeroDefault && go.omitEmpty ? "~" : "";
}

function compactField(schema: OpenApiSchema): string {
  return `${withoutDefault(schema)}${schema.default !== undefined && isZero(schema.default) ? "!" : ""}`;
}

function withoutDefault(schema: OpenApiSchema): string {
  const reference = schema.$ref ?? schema.allOf?.[0]?.$ref;
  const mapType = schema["x-kubernetes-map-type"]?.slice(0, 1);
  if (reference !== undefined) {
    return `${mapType === undefined ? "" : `{${mapType}}`}@${shortName(reference.slice("#/components/schemas/".length))}`;
  }
  if (schema.type === "array") return `[${listMark(schema)}]${compactField(schema.items ?? {})}`;
  if (schema.additionalProperties !== undefined) {
    return `{${mapType ?? ""}}${compactField(schema.additionalProperties)}`;
  }
  if (schema.format === "int-or-string") return "int-or-string";
  if (schema.oneOf !== undefined) return "quantity";
  if (schema.format !== undefined) return schema.format;
  return schema.type ?? "any";
}

function listMark(schema: OpenApiSchema): string {
  const type = schema["x-kubernetes-list-type"];
  if (type === undefined) return "";
  return type === "map" ? `m:${schema["x-kubernetes-list-map-keys"]?.join(",")}` : type.slice(0, 1);
}

function isZero(value: unknown): boolean {
  return value === "" || value === 0 || value === false || JSON.stringify(value) === "{}";
}

function shortName(name: string): string {
  return name.replace(/^io\.k8s\./, "");
}
