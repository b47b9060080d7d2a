import { type FieldData, kubernetesData, type TypeData } from "../schema/data.ts";
import { sentencesOf } from "./descriptions.ts";

type Schema = Record<string, unknown>;

/** Which of the two document formats is written. */
export type OpenApiVersion = 2 | 3;

const references: Readonly<Record<OpenApiVersion, string>> = {
  2: "#/definitions/io.k8s.",
  3: "#/components/schemas/io.k8s.",
};

/** The OpenAPI schema of a type of the data file, by its short name. */
export function definitionSchema(name: string, version: OpenApiVersion): Schema {
  const data = kubernetesData().types[name];
  return data === undefined ? {} : typeSchema(name, data, version);
}

function typeSchema(name: string, data: TypeData, version: OpenApiVersion): Schema {
  if (data.is !== undefined) return withoutDefault(data.is, version);
  const sentences = sentencesOf(name, data);
  const schema: Schema = described({ type: "object" }, sentences[""], version);
  if (data.fields !== undefined) {
    const entries = Object.entries(data.fields).map(([field, fieldData]) => [
      field,
      described(fieldSchema(fieldData, version), sentences[field], version),
    ]);
    schema["properties"] = Object.fromEntries(entries);
  }
  if (data.required !== undefined) schema["required"] = data.required;
  if (data.atomic === true) schema["x-kubernetes-map-type"] = "atomic";
  if (data.unions !== undefined) schema["x-kubernetes-unions"] = data.unions;
  if (data.kind !== undefined) {
    const [group = "", kindVersion = "", kind = ""] = data.kind.split("/");
    schema["x-kubernetes-group-version-kind"] = [{ group, kind, version: kindVersion }];
  }
  return schema;
}

/** A schema with a description; beside one a reference needs `allOf` around it in OpenAPI 3. */
export function described(schema: Schema, description: string | undefined, version: OpenApiVersion): Schema {
  if (description === undefined) return schema;
  if (version === 2 || typeof schema["$ref"] !== "string") return { description, ...schema };
  return { description, allOf: [schema] };
}

function fieldSchema(data: FieldData, version: OpenApiVersion): Schema {
  const attributes = typeof data === "string" ? { is: data } : data;
  const schema = fieldText(attributes.is.replace(/[?~+=]$/, ""), version);
  if (attributes.default !== undefined && version === 3) schema["default"] = attributes.default;
  if (attributes.mergeKey !== undefined) schema["x-kubernetes-patch-merge-key"] = attributes.mergeKey;
  if (attributes.strategy !== undefined) schema["x-kubernetes-patch-strategy"] = attributes.strategy;
  return schema;
}

/** Reads the data file's text form; beside anything else a reference needs `allOf` around it in OpenAPI 3. */
function fieldText(text: string, version: OpenApiVersion, within = false): Schema {
  // Behind a list or a map the mark belongs to what is in it.
  const bang = text.endsWith("!") && !/^[[{]/.test(text);
  const plain = bang ? text.slice(0, -1) : text;
  const schema = withoutDefault(plain, version);
  if (version === 2) return schema;
  if (bang) schema["default"] = zeroDefault(plain);
  if (typeof schema["$ref"] !== "string" || (within && !bang)) return schema;
  const { $ref, ...rest } = schema;
  return { allOf: [{ $ref }], ...rest };
}

function zeroDefault(text: string): unknown {
  if (text === "boolean") return false;
  if (text.startsWith("@") || text.startsWith("{")) return {};
  return text === "string" || text === "byte" || text === "date-time" ? "" : 0;
}

function withoutDefault(text: string, version: OpenApiVersion): Schema {
  if (text.startsWith("@")) return { $ref: `${references[version]}${text.slice(1)}` };
  if (text.startsWith("[")) return listSchema(text, version);
  if (text.startsWith("{")) return mapSchema(text, version);
  return scalarSchema(text, version);
}

const listTypes: Readonly<Record<string, string>> = { a: "atomic", s: "set" };

function listSchema(text: string, version: OpenApiVersion): Schema {
  const end = text.indexOf("]");
  const mark = text.slice(1, end);
  const schema: Schema = { type: "array", items: fieldText(text.slice(end + 1), version, true) };
  if (mark.startsWith("m:")) {
    schema["x-kubernetes-list-type"] = "map";
    schema["x-kubernetes-list-map-keys"] = mark.slice(2).split(",");
  } else if (mark !== "") schema["x-kubernetes-list-type"] = listTypes[mark];
  return schema;
}

function mapSchema(text: string, version: OpenApiVersion): Schema {
  const end = text.indexOf("}");
  const mark = text.slice(1, end);
  const inner = text.slice(end + 1);
  const mapType = mark === "a" ? "atomic" : "granular";
  const schema: Schema =
    inner.startsWith("@") && mark !== "" && !inner.endsWith("!")
      ? withoutDefault(inner, version)
      : { type: "object", additionalProperties: fieldText(inner, version, true) };
  if (mark !== "") schema["x-kubernetes-map-type"] = mapType;
  return schema;
}

function scalarSchema(text: string, version: OpenApiVersion): Schema {
  switch (text) {
    case "any":
      return {};
    case "quantity":
      return version === 2 ? { type: "string" } : { oneOf: [{ type: "string" }, { type: "number" }] };
    case "int-or-string":
      return version === 2
        ? { type: "string", format: "int-or-string" }
        : { format: "int-or-string", oneOf: [{ type: "integer" }, { type: "string" }] };
    case "int32":
    case "int64":
      return { type: "integer", format: text };
    case "double":
      return { type: "number", format: "double" };
    case "byte":
    case "date-time":
      return { type: "string", format: text };
    default:
      return { type: text };
  }
}

/** Adds a type and every type it refers to. */
export function collectReferenced(name: string, into: Set<string>): void {
  if (into.has(name)) return;
  into.add(name);
  const data = kubernetesData().types[name];
  const texts =
    data === undefined ? [] : [data.is ?? "", ...Object.values(data.fields ?? {}).map(fieldTextOf)];
  for (const text of texts) {
    const reference = /@([\w.-]+)/.exec(text)?.[1];
    if (reference !== undefined) collectReferenced(reference, into);
  }
}

function fieldTextOf(data: FieldData): string {
  return typeof data === "string" ? data : data.is;
}

let names: Map<string, string> | undefined;

/** The short name of the type that is a kind; undefined when no builtin type is. */
export function definitionOfKind(group: string, version: string, kind: string): string | undefined {
  names ??= new Map(
    Object.entries(kubernetesData().types).flatMap(([name, type]) =>
      type.kind === undefined ? [] : [[type.kind, name] as const],
    ),
  );
  return names.get(`${group}/${version}/${kind}`);
}
