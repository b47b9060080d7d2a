import { isObject } from "@catalyst/base/json";
import type { ResourceKind } from "../kind.ts";
import type { OpenApiVersion } from "./definitions.ts";

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
  const prefix = version === 2 ? "#/definitions/" : "#/components/schemas/";
  const meta = `${prefix}io.k8s.apimachinery.pkg.apis.meta.v1.`;
  const identity = (name: string) => [{ group: kind.group, version: kind.version, kind: name }];
  const written = kind.custom.openApiSchema;
  const schema = version === 2 ? withoutUnsupported(written) : written;
  const properties = isObject(schema["properties"]) ? schema["properties"] : {};
  const typeMeta = { apiVersion: { type: "string" }, kind: { type: "string" } };
  const reference = (target: string) => (version === 2 ? { $ref: target } : { allOf: [{ $ref: target }] });
  const item = customDefinitionName(kind, kind.kind);
  return [
    [
      item,
      {
        ...schema,
        type: "object",
        properties: { ...properties, ...typeMeta, metadata: reference(`${meta}ObjectMeta`) },
        "x-kubernetes-group-version-kind": identity(kind.kind),
      },
    ],
    [
      customDefinitionName(kind, kind.listKind),
      {
        type: "object",
        required: ["items"],
        properties: {
          ...typeMeta,
          metadata: reference(`${meta}ListMeta`),
          items: { type: "array", items: reference(`${prefix}${item}`) },
        },
        "x-kubernetes-group-version-kind": identity(kind.listKind),
      },
    ],
  ];
}

const unsupported = new Set(["oneOf", "anyOf", "allOf", "not", "nullable", "default"]);

/** Swagger 2 knows no combinators and no null; a schema that needs them says less there. */
function withoutUnsupported(schema: Readonly<Json>): Json {
  if (schema["x-kubernetes-preserve-unknown-fields"] === true) {
    return { "x-kubernetes-preserve-unknown-fields": true, type: schema["type"] ?? "object" };
  }
  const kept: Json = {};
  for (const [key, value] of Object.entries(schema)) {
    if (unsupported.has(key)) continue;
    if (key === "properties" && isObject(value)) {
      kept[key] = Object.fromEntries(
        Object.entries(value).map(([name, part]) => [name, isObject(part) ? withoutUnsupported(part) : part]),
      );
    } else if ((key === "items" || key === "additionalProperties") && isObject(value)) {
      kept[key] = withoutUnsupported(value);
    } else kept[key] = value;
  }
  if (schema["nullable"] === true) delete kept["type"];
  return kept;
}
