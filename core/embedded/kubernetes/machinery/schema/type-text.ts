import type { ListType, TypeSchema } from "./type-schema.ts";

/** How a field is written when its value is Go's zero value. CRDs keep everything as it is. */
export type ZeroRule =
  /** Left out. */
  | "drop"
  /** Kept: the field is a pointer, only null leaves it out. */
  | "keep"
  /** Always there, with the zero value when absent. */
  | "always"
  /** Always there, with null when absent: a pointer that is printed all the same. */
  | "null";

export interface FieldText {
  readonly type: TypeSchema;
  readonly zero: ZeroRule;
  /** `!`: its zero value is its default in OpenAPI. */
  readonly zeroDefault: boolean;
}

const scalars: Readonly<Record<string, TypeSchema>> = {
  string: { type: "string" },
  boolean: { type: "boolean" },
  int32: { type: "integer", format: "int32" },
  int64: { type: "integer", format: "int64" },
  integer: { type: "integer" },
  double: { type: "number", format: "double" },
  byte: { type: "string", format: "byte" },
  "date-time": { type: "string", format: "date-time" },
  quantity: { type: "string", format: "quantity" },
  "int-or-string": { type: "int-or-string" },
  any: { type: "any", preserveUnknown: true, atomic: true },
};

/** Reads the data file's text form of a field; `definition` gives the type of a name. */
export function parseFieldText(text: string, definition: (name: string) => TypeSchema): FieldText {
  const [, body = "", bang, mark] = /^(.*?)(!?)([?~+=]?)$/.exec(text) ?? [];
  const type = parseType(body, definition);
  return { type, zero: zeroRule(type, bang === "!", mark ?? ""), zeroDefault: bang === "!" };
}

function zeroRule(type: TypeSchema, bang: boolean, mark: string): ZeroRule {
  if (mark === "?") return "keep";
  if (mark === "+") return "always";
  if (mark === "=") return "null";
  if (mark === "~") return "drop";
  if (type.type === "list" || type.type === "map") return "drop";
  if (type.type === "object" || type.type === "any" || type.type === "int-or-string") return "always";
  if (["date-time", "micro-time", "quantity"].includes(type.format ?? "")) return "always";
  return bang ? "always" : "drop";
}

function parseType(text: string, definition: (name: string) => TypeSchema): TypeSchema {
  const plain = text.endsWith("!") ? text.slice(0, -1) : text;
  if (plain.startsWith("@")) return definition(plain.slice(1));
  if (plain.startsWith("[")) {
    const end = plain.indexOf("]");
    const mark = plain.slice(1, end);
    const items = parseType(plain.slice(end + 1), definition);
    return mark.startsWith("m:")
      ? { type: "list", items, listType: "map", mapKeys: mark.slice(2).split(",") }
      : { type: "list", items, listType: listTypes[mark] ?? "atomic" };
  }
  if (plain.startsWith("{")) return parseMap(plain, definition);
  const scalar = scalars[plain];
  if (scalar === undefined) throw new TypeError(`unknown type in the data file: ${text}`);
  return scalar;
}

const listTypes: Readonly<Record<string, ListType>> = { a: "atomic", s: "set" };

function parseMap(text: string, definition: (name: string) => TypeSchema): TypeSchema {
  const end = text.indexOf("}");
  const mark = text.slice(1, end);
  const values = parseType(text.slice(end + 1), definition);
  // A mark before a definition that is an object overrides the definition's own ownership.
  if (mark !== "" && values.type === "object") return withOwnership(values, mark === "a");
  return mark === "a" ? { type: "map", values, atomic: true } : { type: "map", values };
}

function withOwnership(type: TypeSchema, atomic: boolean): TypeSchema {
  return {
    type: "object",
    atomic,
    ...(type.name === undefined ? {} : { name: type.name }),
    get fields() {
      return type.fields ?? new Map();
    },
  };
}
