import { CatalystError } from "@catalyst/base/errors";
import { isObject } from "@catalyst/base/json";
import { itemElement } from "../fields/path-element.ts";
import { ownValue } from "../schema/own-key.ts";
import type { TypeSchema } from "../schema/type-schema.ts";
import { escapeName } from "./escape.ts";
import { parseDuration, parseTimestamp } from "./library/times.ts";
import { formatType } from "./type.ts";
import {
  DurationValue,
  type ListIdentity,
  ListValue,
  MapValue,
  OptionalValue,
  TimestampValue,
  typeOf,
  UintValue,
  type Value,
} from "./value.ts";

/** A value of JSON as expressions see it without a schema: whole numbers are ints. */
export function plainValue(json: unknown): Value {
  return schemaValue(undefined, json);
}

/**
 * A value of JSON as expressions see it by its schema, as Kubernetes' UnstructuredToVal: texts with a format are
 * times, bytes and spans, fields go by their escaped names and unknown ones aren't there. What is inside is made
 * when it is looked at.
 */
export function schemaValue(type: TypeSchema | undefined, json: unknown): Value {
  if (Array.isArray(json)) return new ListValue(json.length, () => json.map(itemOf(type)), identityOf(type));
  if (isObject(json)) return type === undefined ? new PlainMap(json) : new SchemaMap(type, json);
  if (typeof json === "string") return textValue(type, json);
  if (typeof json === "number") {
    const isInt = type?.type === "number" ? false : Number.isInteger(json);
    return isInt ? BigInt(json) : json;
  }
  return typeof json === "boolean" || typeof json === "bigint" ? json : null;
}

/**
 * What an expression gave as JSON. Throws `cel-not-json` for what has no form in it: keys that aren't texts, values
 * with nothing but functions.
 */
export function jsonOf(value: Value): unknown {
  if (typeof value === "bigint") return Number(value);
  if (value instanceof UintValue) return Number(value.value);
  if (value instanceof ListValue) return value.items.map(jsonOf);
  if (value instanceof MapValue) return Object.fromEntries(value.keys().map((key) => entryOf(value, key)));
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  if (value instanceof OptionalValue && value.value !== undefined) return jsonOf(value.value);
  if (typeof value !== "object" || value === null) return value;
  throw new CatalystError("cel-not-json", `a value of type ${formatType(typeOf(value))} can't be JSON`);
}

function entryOf(map: MapValue, key: Value): readonly [string, unknown] {
  if (typeof key === "string") return [key, jsonOf(map.get(key) ?? null)];
  const type = formatType(typeOf(key));
  throw new CatalystError("cel-not-json", `map key "${String(key)}" is of type ${type}, not string`);
}

function itemOf(type: TypeSchema | undefined): (item: unknown) => Value {
  return (item) => schemaValue(type?.items, item);
}

function textValue(type: TypeSchema | undefined, text: string): Value {
  if (type?.type !== "string") return text;
  switch (type.format) {
    case "byte":
      return Buffer.from(text, "base64");
    case "duration":
      return new DurationValue(parseDuration(text) ?? 0n);
    case "date":
      return new TimestampValue(parseTimestamp(`${text}T00:00:00Z`) ?? 0n);
    case "date-time":
      return new TimestampValue(parseTimestamp(text) ?? 0n);
    default:
      return text;
  }
}

function identityOf(type: TypeSchema | undefined): ListIdentity | undefined {
  if (type?.type !== "list" || (type.listType !== "set" && type.listType !== "map")) return undefined;
  return { of: type.listType, key: (item) => itemKey(type, item) };
}

/** Items of a `map` list are told apart by their keys, of a `set` by themselves. */
function itemKey(type: TypeSchema, item: Value): string {
  if (type.listType === "map" && item instanceof SchemaMap) return itemElement(type, item.json) ?? "";
  if (type.listType === "map" && item instanceof MapValue) {
    return JSON.stringify((type.mapKeys ?? []).map((key) => String(item.get(escapeName(key) ?? key))));
  }
  return typeof item === "bigint" ? `${item}` : JSON.stringify(item);
}

class PlainMap extends MapValue {
  readonly #json: Readonly<Record<string, unknown>>;

  constructor(json: Readonly<Record<string, unknown>>) {
    super();
    this.#json = json;
  }

  get size(): number {
    return Object.keys(this.#json).length;
  }

  get(key: Value): Value | undefined {
    const held = typeof key === "string" ? ownValue(this.#json, key) : undefined;
    return held === undefined ? undefined : schemaValue(undefined, held);
  }

  keys(): readonly Value[] {
    return Object.keys(this.#json);
  }
}

const metadataFields: ReadonlySet<string> = new Set(["name", "generateName"]);

/** An object or a map with a schema. */
class SchemaMap extends MapValue {
  readonly json: Readonly<Record<string, unknown>>;
  readonly #type: TypeSchema;
  readonly #made = new Map<string, Value>();

  constructor(type: TypeSchema, json: Readonly<Record<string, unknown>>) {
    super();
    this.#type = type;
    this.json = json;
  }

  get size(): number {
    return this.keys().length;
  }

  get(key: Value): Value | undefined {
    if (typeof key !== "string") return undefined;
    const known = this.#made.get(key);
    if (known !== undefined) return known;
    const name = this.#isMap ? key : (this.#nameOf(key) ?? "");
    const type = this.#typeOf(name);
    const held = ownValue(this.json, name);
    // A field that is null is one that isn't there; an entry of a map may be null.
    if (type === undefined || held === undefined || (held === null && !this.#isMap)) return undefined;
    const value = schemaValue(type, held);
    this.#made.set(key, value);
    return value;
  }

  keys(): readonly Value[] {
    if (this.#isMap) return Object.keys(this.json);
    return Object.keys(this.json).flatMap((name) => {
      const escaped = this.#typeOf(name) === undefined ? undefined : escapeName(name);
      return escaped === undefined ? [] : [escaped];
    });
  }

  get #isMap(): boolean {
    return (this.#type.fields?.size ?? 0) === 0 && this.#type.values !== undefined;
  }

  #nameOf(escaped: string): string | undefined {
    if (!escaped.includes("__")) return escaped;
    return Object.keys(this.json).find((name) => escapeName(name) === escaped);
  }

  #typeOf(name: string): TypeSchema | undefined {
    const field = this.#type.fields?.get(name)?.type;
    if (field !== undefined) return name === "metadata" ? metadataOf(field) : field;
    if (this.#isMap) return this.#type.values;
    if (this.#type.embedded !== true) return undefined;
    return name === "apiVersion" || name === "kind" ? { type: "string" } : undefined;
  }
}

/** Of an object's metadata rules see the names only. */
function metadataOf(type: TypeSchema): TypeSchema {
  const fields = [...(type.fields ?? [])].filter(([name]) => metadataFields.has(name));
  return { ...type, fields: new Map(fields) };
}
