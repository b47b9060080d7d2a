import type { TypeSchema } from "../schema/type-schema.ts";
import { escapeName } from "./escape.ts";
import {
  boolType,
  bytesType,
  type CelType,
  type Declaration,
  doubleType,
  durationType,
  dynType,
  intType,
  listType,
  mapType,
  objectType,
  stringType,
  timestampType,
} from "./type.ts";

/** The largest request Kubernetes estimates costs for. */
export const maxRequestSize = 3 * 1024 * 1024;

function simple(type: CelType, minSerializedSize: number, maxElements = 0): Declaration {
  return { type, minSerializedSize, maxElements };
}

const texts = simple(stringType, 2, maxRequestSize - 2);
/** Kubernetes takes keys of maps for texts without a length, so that what walks over them costs next to nothing. */
const keys = simple(stringType, 2);
const objectMeta: Declaration = objectDeclaration(
  new Map([
    ["name", texts],
    ["generateName", texts],
  ]),
  2,
);

/**
 * What expressions see of a value of this type, as Kubernetes' SchemaDeclType: undefined where they may not look,
 * which is where nothing but "keep everything" is said. `isResource`: the value is a whole Kubernetes object.
 */
export function declareSchema(
  type: TypeSchema,
  isResource: boolean,
  name = "selfType",
): Declaration | undefined {
  const declared = declare(type, isResource);
  return declared === undefined ? undefined : named(declared, name);
}

function declare(type: TypeSchema, isResource: boolean): Declaration | undefined {
  switch (type.type) {
    case "int-or-string":
      return simple(dynType, 1, lengthOf(type) ?? maxRequestSize - 2);
    case "list":
      return declareList(type);
    case "map":
    case "object":
      return declareObject(type, isResource);
    case "string":
      return declareText(type);
    case "boolean":
      return simple(boolType, 4);
    case "number":
      return simple(doubleType, 1);
    case "integer":
      return simple(intType, 1);
    case "any":
      return undefined;
  }
}

function declareList(type: TypeSchema): Declaration | undefined {
  const element = type.items === undefined ? undefined : declare(type.items, type.items.embedded === true);
  if (element === undefined) return undefined;
  const { maxItems } = type.rules ?? {};
  const fitting = Math.floor((maxRequestSize - 2) / (element.minSerializedSize + 1));
  return {
    type: listType(element.type),
    element,
    maxElements: maxItems === undefined ? fitting : Math.max(0, maxItems),
    minSerializedSize: 2,
  };
}

function declareObject(type: TypeSchema, isResource: boolean): Declaration | undefined {
  const { maxProperties, required = [] } = type.rules ?? {};
  if (type.values !== undefined && type.values.type !== "any") {
    const element = declare(type.values, type.values.embedded === true);
    if (element === undefined) return undefined;
    const fitting = Math.floor((maxRequestSize - 2) / (element.minSerializedSize + 6));
    return {
      type: mapType(stringType, element.type),
      key: keys,
      element,
      maxElements: maxProperties === undefined ? fitting : Math.max(0, maxProperties),
      minSerializedSize: 2,
    };
  }
  if (type.values !== undefined && (type.fields?.size ?? 0) === 0 && type.type === "map") return undefined;
  const fields = new Map<string, Declaration>();
  let size = 2;
  for (const [name, field] of type.fields ?? []) {
    const isOwn = isResource && (name === "metadata" || name === "apiVersion" || name === "kind");
    const declared = isOwn ? undefined : declare(field.type, field.type.embedded === true);
    if (declared === undefined) continue;
    const escaped = escapeName(name);
    if (escaped !== undefined) fields.set(escaped, declared);
    if (required.includes(name) && field.default === undefined) {
      size += Buffer.byteLength(name) + declared.minSerializedSize + 4;
    }
  }
  if (isResource) {
    fields.set("apiVersion", texts);
    fields.set("kind", texts);
    fields.set("metadata", objectMeta);
  }
  return objectDeclaration(fields, size);
}

function objectDeclaration(fields: ReadonlyMap<string, Declaration>, size: number): Declaration {
  return { type: objectType("object", fields), fields, maxElements: 0, minSerializedSize: size };
}

function declareText(type: TypeSchema): Declaration {
  switch (type.format) {
    case "byte":
      return simple(bytesType, 2, type.rules?.maxLength ?? maxRequestSize - 2);
    case "duration":
      return simple(durationType, 3, 32);
    case "date":
      return simple(timestampType, 12, 12);
    case "date-time":
      return simple(timestampType, 21, 32);
  }
  const length = lengthOf(type);
  if (length !== undefined) return simple(stringType, 2, length);
  const allowed = type.rules?.enum;
  if (allowed === undefined || allowed.length === 0) return texts;
  const lengths = allowed.map((value) => (typeof value === "string" ? Buffer.byteLength(value) : 0));
  return simple(stringType, 2, Math.max(...lengths));
}

/** A character may take four bytes. */
function lengthOf(type: TypeSchema): number | undefined {
  const { maxLength } = type.rules ?? {};
  return maxLength === undefined ? undefined : Math.max(0, maxLength) * 4;
}

/** Gives object types names of their own, by the way to them. */
function named(declaration: Declaration, name: string): Declaration {
  if (declaration.fields !== undefined) {
    const fields = new Map(
      [...declaration.fields].map(([field, inner]) => [field, named(inner, `${name}.${field}`)] as const),
    );
    return { ...declaration, fields, type: objectType(name, fields) };
  }
  if (declaration.element === undefined) return declaration;
  const isList = declaration.type.kind === "list";
  const element = named(declaration.element, `${name}.${isList ? "@idx" : "@elem"}`);
  const type = isList ? listType(element.type) : mapType(stringType, element.type);
  return { ...declaration, element, type };
}
