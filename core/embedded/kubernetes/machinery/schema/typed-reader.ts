import { isObject } from "@catalyst/base/json";
import { canonicalQuantity } from "@catalyst/base/quantity";
import { setOwn } from "./own-key.ts";
import type { FieldSchema, TypeSchema } from "./type-schema.ts";

/** A value that isn't of the type its place wants; the message is what Go's decoder says. */
export class TypeMismatch extends Error {}

/**
 * Reads JSON as a builtin type the way Go's decoder and encoder would: fields the type doesn't know are left
 * out and remembered, zero values are kept, dropped or filled in by each field's rule, times and quantities
 * become canonical. Gives a fresh value nobody else holds. Throws TypeMismatch.
 */
export class TypedReader {
  /** Paths of fields the type doesn't know. */
  readonly unknown: string[] = [];
  /** Paths of lists and maps that are left out, for they are empty. */
  readonly empty: string[] = [];
  readonly #path: Place[] = [];
  #silent = false;
  #struct = "";

  read(type: TypeSchema, value: unknown): unknown {
    switch (type.type) {
      case "object":
        return this.#object(type, value);
      case "map":
        return this.#map(type, value);
      case "list":
        return this.#list(type, value);
      case "any":
        return type.inner === undefined ? structuredCopy(value) : this.#inner(type.inner, value);
      case "int-or-string":
        if (typeof value === "string" || Number.isInteger(value)) return value;
        return this.#mismatch(value, "intstr.IntOrString");
      default:
        return this.#scalar(type, value);
    }
  }

  #object(type: TypeSchema, value: unknown): Record<string, unknown> {
    if (!isObject(value)) return this.#mismatch(value, goType(type));
    const outer = this.#struct;
    this.#struct = structName(type);
    const read: Record<string, unknown> = {};
    const fields = type.fields;
    for (const key in value) {
      const field = fields?.get(key);
      this.#path.push(key);
      if (field !== undefined) this.#field(read, key, field, value[key]);
      else if (!this.#silent) this.unknown.push(this.#printPath());
      this.#path.pop();
    }
    for (const [key, field] of alwaysWritten(type)) {
      if (!(key in read)) read[key] = field.zero === "null" ? null : zeroOf(field.type);
    }
    this.#struct = outer;
    return read;
  }

  #field(read: Record<string, unknown>, key: string, field: FieldSchema, value: unknown): void {
    if (value === null || value === undefined) return;
    const item = this.read(field.type, value);
    if (field.zero === "drop" && isZero(item)) {
      if (typeof item === "object") this.empty.push(this.#printPath());
      return;
    }
    read[key] = item;
  }

  #map(type: TypeSchema, value: unknown): Record<string, unknown> {
    if (!isObject(value)) return this.#mismatch(value, goType(type));
    const values = type.values ?? anyValue;
    const read: Record<string, unknown> = {};
    for (const key in value) {
      this.#path.push({ key });
      const item = value[key];
      setOwn(read, key, item === null ? (zeroOf(values) ?? "") : this.read(values, item));
      this.#path.pop();
    }
    return read;
  }

  #list(type: TypeSchema, value: unknown): unknown[] {
    if (!Array.isArray(value)) return this.#mismatch(value, goType(type));
    const items = type.items ?? anyValue;
    return value.map((item: unknown, index) => {
      this.#path.push(index);
      const read = item === null ? zeroOf(items) : this.read(items, item);
      this.#path.pop();
      return read;
    });
  }

  /** Reads what Go reads with a reader of the type's own, which doesn't say which fields it left out. */
  #inner(type: TypeSchema, value: unknown): unknown {
    if (Array.isArray(value)) return value.map((item: unknown) => this.#inner(type, item));
    if (!isObject(value)) return value;
    const outer = this.#silent;
    this.#silent = true;
    const read = this.#object(type, value);
    this.#silent = outer;
    return read;
  }

  #scalar(type: TypeSchema, value: unknown): unknown {
    switch (type.type) {
      case "integer":
        return Number.isInteger(value) && inRange(type, value as number)
          ? value
          : this.#mismatch(value, goType(type));
      case "number":
        return typeof value === "number" ? value : this.#mismatch(value, goType(type));
      case "boolean":
        return typeof value === "boolean" ? value : this.#mismatch(value, goType(type));
      default:
        return this.#text(type, value);
    }
  }

  #text(type: TypeSchema, value: unknown): unknown {
    if (type.format === "quantity" && (typeof value === "string" || typeof value === "number")) {
      const text = canonicalQuantity(String(value).trim());
      if (text !== undefined) return text;
      throw new TypeMismatch(
        "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
      );
    }
    if (typeof value !== "string") return this.#mismatch(value, goType(type));
    if (type.format === "date-time" || type.format === "micro-time") return readTime(type.format, value);
    if (type.format === "byte" && !base64.test(value)) {
      throw new TypeMismatch(`illegal base64 data at input byte ${firstBadByte(value)}`);
    }
    return value;
  }

  #mismatch(value: unknown, wanted: string): never {
    const found =
      value === null
        ? "null"
        : Array.isArray(value)
          ? "array"
          : typeof value === "number"
            ? wanted === "int32" || wanted === "int64"
              ? `number ${value}`
              : "number"
            : typeof value === "boolean"
              ? "bool"
              : typeof value;
    const path = this.#path.filter((step) => typeof step === "string").join(".");
    throw new TypeMismatch(
      this.#struct === "" || path === ""
        ? `json: cannot unmarshal ${found} into Go value of type ${wanted}`
        : `json: cannot unmarshal ${found} into Go struct field ${this.#struct}.${path} of type ${wanted}`,
    );
  }

  #printPath(): string {
    let text = "";
    for (const step of this.#path) {
      const name = typeof step === "object" ? step.key : step;
      text += typeof name === "number" ? `[${name}]` : text === "" ? name : `.${name}`;
    }
    return text;
  }
}

/** A step of a path: a field, the place in a list, or the key of a map, which Go's decoder doesn't name. */
type Place = string | number | { readonly key: string };

const anyValue: TypeSchema = { type: "any" };

/** Copies JSON, so that what is read shares nothing with the request. */
export function structuredCopy(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(structuredCopy);
  if (!isObject(value)) return value;
  const copy: Record<string, unknown> = {};
  for (const key in value) setOwn(copy, key, structuredCopy(value[key]));
  return copy;
}

function isZero(value: unknown): boolean {
  if (value === "" || value === 0 || value === false || value === null) return true;
  if (typeof value !== "object") return false;
  for (const _key in value) return false;
  return true;
}

const alwaysFields = new WeakMap<TypeSchema, readonly (readonly [string, FieldSchema])[]>();

function alwaysWritten(type: TypeSchema): readonly (readonly [string, FieldSchema])[] {
  let fields = alwaysFields.get(type);
  if (fields === undefined) {
    fields = [...(type.fields ?? [])].filter(([, { zero }]) => zero === "always" || zero === "null");
    alwaysFields.set(type, fields);
  }
  return fields;
}

/** What Go's encoder writes for a field nobody set. */
export function zeroOf(type: TypeSchema): unknown {
  switch (type.type) {
    case "object": {
      const zero: Record<string, unknown> = {};
      for (const [key, field] of alwaysWritten(type)) {
        zero[key] = field.zero === "null" ? null : zeroOf(field.type);
      }
      return zero;
    }
    case "integer":
    case "number":
    case "int-or-string":
      return 0;
    case "boolean":
      return false;
    case "string":
      if (type.format === "quantity") return "0";
      return type.format === "date-time" || type.format === "micro-time" ? null : "";
    default:
      return null;
  }
}

function inRange(type: TypeSchema, value: number): boolean {
  return type.format !== "int32" || (value >= -2147483648 && value <= 2147483647);
}

function structName(type: TypeSchema): string {
  return type.name === undefined ? "" : type.name.slice(type.name.lastIndexOf(".") + 1);
}

function goType(type: TypeSchema): string {
  switch (type.type) {
    case "object":
      return type.name === undefined ? "struct" : type.name.split(".").slice(-2).join(".");
    case "map":
      return `map[string]${goType(type.values ?? anyValue)}`;
    case "list":
      return `[]${goType(type.items ?? anyValue)}`;
    case "integer":
      return type.format ?? "int";
    case "number":
      return "float64";
    case "boolean":
      return "bool";
    case "any":
      return "interface {}";
    default:
      return type.format === "byte" ? "[]uint8" : type.format === "quantity" ? "resource.Quantity" : "string";
  }
}

const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

function firstBadByte(text: string): number {
  const bad = text.search(/[^A-Za-z0-9+/=]/);
  return bad >= 0 ? bad : Math.floor(text.length / 4) * 4;
}

const rfc3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.(\d+))?(?:Z|[+-]\d{2}:\d{2})$/;
const layouts = {
  "date-time": "2006-01-02T15:04:05Z07:00",
  "micro-time": "2006-01-02T15:04:05.000000Z07:00",
} as const;

function readTime(format: keyof typeof layouts, text: string): string {
  const match = rfc3339.exec(text);
  const moment = match === null ? Number.NaN : Date.parse(text);
  if (Number.isNaN(moment)) {
    throw new TypeMismatch(
      `parsing time ${JSON.stringify(text)} as ${JSON.stringify(layouts[format])}: cannot parse ${JSON.stringify(text)} as "2006"`,
    );
  }
  if (format === "micro-time" && match?.[1]?.length !== 6) {
    const rest = text.slice(19);
    throw new TypeMismatch(
      `parsing time ${JSON.stringify(text)} as ${JSON.stringify(layouts[format])}: cannot parse ${JSON.stringify(rest)} as ".000000"`,
    );
  }
  const seconds = new Date(moment).toISOString().slice(0, 19);
  return format === "micro-time" ? `${seconds}.${match?.[1]}Z` : `${seconds}Z`;
}
