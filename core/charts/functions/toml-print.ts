import { compareText } from "@catalyst/base/go-order";
import { elementSize, spend } from "../template/budget.ts";
import { formatFloat } from "../template/float-text.ts";
import { isNil } from "../template/nil.ts";
import { stringerOf } from "../template/stringers.ts";
import { GoError, GoObject, GoPanic, Integer, type Value } from "../template/values.ts";
import { GoTime } from "./time.ts";

/** Prints TOML as BurntSushi's encoder: plain keys first, tables indented by two spaces a level. Throws GoError. */
export function printToml(value: Value): string {
  if (value === null || value === undefined) {
    throw new GoPanic("reflect: call of reflect.Value.Type on zero Value");
  }
  const writer = new TomlWriter();
  writer.entry([], value);
  return writer.text;
}

/** A key of a table with its value; `comma` says what follows it within braces. */
interface Entry {
  readonly key: string;
  readonly value: Value;
  readonly comma: boolean;
}

class TomlWriter {
  text = "";

  entry(path: readonly string[], value: Value): void {
    // A table's head names all it lies in.
    spend(path.length * elementSize);
    const indent = "  ".repeat(Math.max(path.length - 1, 0));
    const kind = kindOf(value);
    if (kind === "tables") {
      if (path.length === 0) throw new GoError("toml: top-level values must be Go maps or structs");
      for (const item of value as Value[]) {
        this.#blankLine();
        this.text += `${indent}[[${path.map(bareKey).join(".")}]]\n`;
        this.#table(path, item);
      }
    } else if (kind === "table") {
      if (path.length === 1) this.#blankLine();
      if (path.length > 0) this.text += `${indent}[${path.map(bareKey).join(".")}]\n`;
      this.#table(path, value);
    } else if (path.length === 0) this.text += element(value);
    else this.text += `${indent}${bareKey(path.at(-1) ?? "")} = ${element(value)}\n`;
  }

  #table(path: readonly string[], table: Value): void {
    for (const { key, value } of entriesOf(table)) if (!isNil(value)) this.entry([...path, key], value);
  }

  #blankLine(): void {
    if (this.text !== "") this.text += "\n";
  }
}

/** How a value is written: as a table, as tables one after the other, or behind its key. */
function kindOf(value: Value): "table" | "tables" | "plain" {
  spend(elementSize);
  if (isNil(value)) return "plain";
  if (value instanceof Map) return "table";
  if (value instanceof GoTime) return "plain";
  if (value instanceof GoObject) return typeof value.toJson() === "string" ? "plain" : "table";
  if (!Array.isArray(value) || value.length === 0) return "plain";
  const kinds = value.map((item) => {
    if (isNil(item)) throw new GoError("toml: cannot encode array with nil element");
    return kindOf(item);
  });
  return kinds.every((kind) => kind === "table") ? "tables" : "plain";
}

/** A table's entries as they are written: those behind their key first, a map's in order of its keys. */
function entriesOf(table: Value): Entry[] {
  if (table instanceof GoObject) return fieldsOf(table);
  const keys = [...(table as Map<string, Value>)].sort(([a], [b]) => compareText(a, b));
  const kept = (isTable: boolean) => keys.filter(([, value]) => (kindOf(value) !== "plain") === isTable);
  const direct = kept(false);
  const tables = kept(true);
  const listed = (entries: typeof keys, trails: boolean) =>
    entries.map(([key, value], index) => ({ key, value, comma: trails || index < entries.length - 1 }));
  return [...listed(direct, tables.length > 0), ...listed(tables, false)];
}

/** A struct's exported fields. A comma follows all but the one whose number is that of the last exported one. */
function fieldsOf(object: GoObject): Entry[] {
  const exported = object
    .fields()
    .map(([key, value], number) => ({ key, value, number }))
    .filter(({ key }) => /^[A-Z]/.test(key));
  const entries = exported.map((field) => ({ ...field, comma: field.number !== exported.length - 1 }));
  const isPlain = ({ value }: Entry) => kindOf(value) === "plain";
  return [...entries.filter(isPlain), ...entries.filter((entry) => !isPlain(entry))];
}

function element(value: Value): string {
  spend(elementSize);
  if (typeof value === "string") return quoted(value);
  if (typeof value === "boolean") return String(value);
  if (typeof value === "number") return float(value);
  if (value instanceof GoTime) return value.rfc3339;
  if (value instanceof Integer) {
    return value.type === "time.Duration" ? quoted(stringerOf(value) ?? "") : String(value.value);
  }
  if (value instanceof Uint8Array) return `[${[...value].join(", ")}]`;
  if (Array.isArray(value)) return `[${value.map(element).join(", ")}]`;
  if (value instanceof Map) return inlineTable(value);
  if (value instanceof GoObject) {
    const text = value.toJson();
    return typeof text === "string" ? quoted(text) : inlineTable(value);
  }
  throw new GoError("toml: cannot encode array with nil element");
}

function inlineTable(table: Map<string, Value> | GoObject): string {
  const entries = entriesOf(table).filter(({ value }) => !isNil(value));
  const written = entries.map(
    ({ key, value, comma }) => `${bareKey(key)} = ${element(value)}${comma ? ", " : ""}`,
  );
  return `{${written.join("")}}`;
}

function float(value: number): string {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  const text = formatFloat(value, "g", -1);
  return /[.e]/.test(text) ? text : `${text}.0`;
}

function bareKey(key: string): string {
  return /^[A-Za-z0-9_-]+$/.test(key) ? key : quoted(key);
}

const escapes: Readonly<Record<string, string>> = {
  '"': '\\"',
  "\\": "\\\\",
  "\b": "\\b",
  "\t": "\\t",
  "\n": "\\n",
  "\f": "\\f",
  "\r": "\\r",
};

function quoted(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must be escaped.
  const escaped = text.replace(/["\\\x00-\x1f\x7f]/g, (character) => {
    return escapes[character] ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
  return `"${escaped}"`;
}
