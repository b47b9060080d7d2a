import { compareText } from "@catalyst/base/go-order";
import { GoError, Integer, type Value } from "../template/values.ts";

/** What a field holds; `list` and `map` hold text. */
type FieldKind = "text" | "boolean" | "texts" | "textMap" | "values" | FieldTable;

/** The fields of one object of Chart.yaml. A field that holds a table is a list of such objects. */
export interface FieldTable {
  /** As Helm's errors name it. */
  readonly name: string;
  readonly fields: Readonly<Record<string, FieldKind>>;
}

const goTypes = {
  text: "string",
  boolean: "bool",
  texts: "[]string",
  textMap: "map[string]string",
  values: "[]interface {}",
} as const;

/**
 * Reads an object by its table, as Go's JSON decoder reads a struct: keys in any case, unknown ones left out, a
 * number or boolean where a text belongs taken as text. Throws GoError for a value of another type.
 */
export function readTyped(object: Map<string, Value>, table: FieldTable, path = ""): Map<string, Value> {
  const names = new Map(Object.keys(table.fields).map((name) => [name.toLowerCase(), name]));
  const read = new Map<string, Value>();
  // The decoder sees keys in order; of several spellings the last one wins, of several mistakes the first is told.
  for (const [key, value] of [...object].sort(([a], [b]) => compareText(a, b))) {
    const name = names.get(key.toLowerCase());
    const kind = name === undefined ? undefined : table.fields[name];
    if (name === undefined || kind === undefined || value === null || value === undefined) continue;
    read.set(name, readField(value, kind, `${table.name}.${path}${name}`, `${path}${name}.`));
  }
  return read;
}

function readField(value: Value, kind: FieldKind, place: string, path: string): Value {
  if (typeof kind === "object") return readObjects(value, kind, place, path);
  switch (kind) {
    case "text":
      return readText(value, place);
    case "boolean":
      if (typeof value === "boolean") return value;
      break;
    case "values":
      if (Array.isArray(value)) return value;
      break;
    case "texts":
      if (Array.isArray(value)) return value.map((item) => readText(item, place));
      break;
    case "textMap":
      if (value instanceof Map) return new Map([...value].map(([key, item]) => [key, readText(item, place)]));
  }
  throw mistyped(value, `struct field ${place}`, goTypes[kind]);
}

function readObjects(value: Value, table: FieldTable, place: string, path: string): Value {
  if (!Array.isArray(value)) throw mistyped(value, `struct field ${place}`, `[]*v2.${table.name}`);
  return value.map((item) => {
    if (item === null || item === undefined) return null;
    if (!(item instanceof Map)) throw mistyped(item, `struct field ${place}`, `v2.${table.name}`);
    return readTyped(item, table, path);
  });
}

/** Reads a text; `place` is the field, `Metadata.name`. Throws GoError for what is none. */
export function readText(value: Value, place: string): string {
  if (typeof value === "string") return value;
  if (value === null || value === undefined) return "";
  if (typeof value === "number" || typeof value === "boolean" || value instanceof Integer)
    return String(value);
  throw mistyped(value, `struct field ${place}`, "string");
}

/** Gives the first field of an object that its table doesn't have. */
export function unknownIn(object: Map<string, Value>, table: FieldTable): string | undefined {
  const kinds = new Map(Object.entries(table.fields).map(([name, kind]) => [name.toLowerCase(), kind]));
  for (const [key, value] of [...object].sort(([a], [b]) => compareText(a, b))) {
    const kind = kinds.get(key.toLowerCase());
    if (kind === undefined) return key;
    if (typeof kind !== "object" || !Array.isArray(value)) continue;
    for (const item of value) {
      const inner = item instanceof Map ? unknownIn(item, kind) : undefined;
      if (inner !== undefined) return inner;
    }
  }
  return undefined;
}

/** Makes Go's error for a value of the wrong type; `place` is `value` or the field it stands in. */
export function mistyped(value: Value, place: string, wanted: string): GoError {
  const found = Array.isArray(value)
    ? "array"
    : value instanceof Map
      ? "object"
      : typeof value === "boolean"
        ? "bool"
        : typeof value;
  return new GoError(
    `error unmarshaling JSON: while decoding JSON: json: cannot unmarshal ${found} into Go ${place} of type ${wanted}`,
  );
}
