import { parse, TomlDate, TomlError, type TomlValue } from "smol-toml";
import { compareText } from "../template/bytes.ts";
import { formatFloat } from "../template/float-text.ts";
import { stringerOf } from "../template/stringers.ts";
import { fixed, GoError, type GoFunction, GoObject, GoPanic, Integer, int64, type Value } from "../template/values.ts";
import { GoTime, timeOf } from "./time.ts";

export const tomlFunctions: readonly (readonly [string, GoFunction])[] = [
  ["toToml", fixed(["any"], ([value]) => lenientToml(value))],
  ["mustToToml", fixed(["any"], ([value]) => printToml(value))],
  ["fromToml", fixed(["string"], ([text]) => parseToml(text))],
];

function lenientToml(value: Value): string {
  try {
    return printToml(value);
  } catch (error) {
    if (error instanceof GoError && !(error instanceof GoPanic)) return error.message;
    throw error;
  }
}

/** Prints TOML as BurntSushi's encoder: plain keys first, tables indented by two spaces a level. */
export function printToml(value: Value): string {
  if (!(value instanceof Map)) {
    if (value === null || value === undefined)
      throw new GoPanic("reflect: call of reflect.Value.Type on zero Value");
    return element(value);
  }
  const writer = new TomlWriter();
  writer.table([], value);
  return writer.text;
}

class TomlWriter {
  text = "";

  table(path: readonly string[], map: Map<string, Value>): void {
    const keys = [...map.keys()].sort(compareText);
    for (const key of keys.filter((name) => !isTable(map.get(name))))
      this.#entry([...path, key], map.get(key));
    for (const key of keys.filter((name) => isTable(map.get(name))))
      this.#entry([...path, key], map.get(key));
  }

  #entry(path: readonly string[], value: Value): void {
    if (value === null || value === undefined) return;
    const indent = "  ".repeat(path.length - 1);
    if (value instanceof Map) {
      if (path.length === 1) this.#blankLine();
      this.text += `${indent}[${path.map(bareKey).join(".")}]\n`;
      this.table(path, value);
    } else if (isTable(value) && Array.isArray(value)) {
      for (const item of value) {
        this.#blankLine();
        this.text += `${indent}[[${path.map(bareKey).join(".")}]]\n`;
        this.table(path, item as Map<string, Value>);
      }
    } else {
      this.text += `${indent}${bareKey(path.at(-1) ?? "")} = ${element(value)}\n`;
    }
  }

  #blankLine(): void {
    if (this.text !== "") this.text += "\n";
  }
}

/** Whether a value is written as a table or as tables: a map, or a list of nothing but maps. */
function isTable(value: Value): boolean {
  if (value instanceof Map) return true;
  if (!Array.isArray(value) || value.length === 0) return false;
  if (value.some((item) => item === null || item === undefined)) {
    throw new GoError("toml: cannot encode array with nil element");
  }
  return value.every((item) => item instanceof Map);
}

function element(value: Value): string {
  if (typeof value === "string") return quoted(value);
  if (typeof value === "boolean") return String(value);
  if (typeof value === "number") return float(value);
  if (value instanceof GoTime) return String(value.toJson());
  if (value instanceof Integer) {
    const printed = stringerOf(value);
    return printed === undefined ? String(value.value) : quoted(printed);
  }
  if (value instanceof Uint8Array) return `[${[...value].join(", ")}]`;
  if (Array.isArray(value)) return `[${value.map(element).join(", ")}]`;
  if (value instanceof Map) return inlineTable(value);
  if (value instanceof GoObject) return element(value.toJson());
  throw new GoError("toml: cannot encode array with nil element");
}

function inlineTable(map: Map<string, Value>): string {
  const keys = [...map.keys()].sort(compareText).filter((key) => map.get(key) !== null);
  const direct = keys.filter((key) => !isTable(map.get(key)));
  const ordered = [...direct, ...keys.filter((key) => !direct.includes(key))];
  return `{${ordered.map((key) => `${bareKey(key)} = ${element(map.get(key))}`).join(", ")}}`;
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

/** Reads TOML; what can't be read is a map with the key Error, as in Helm. */
function parseToml(text: string): Map<string, Value> {
  try {
    return fromTable(parse(text, { integersAsBigInt: true }));
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const message = error.message.split("\n")[0]?.replace("Invalid TOML document: ", "") ?? "";
    return new Map([["Error", `toml: line ${error.line}: ${message}`]]);
  }
}

function fromTable(table: Readonly<Record<string, TomlValue>>): Map<string, Value> {
  return new Map(Object.entries(table).map(([key, value]) => [key, fromToml(value)]));
}

function fromToml(value: TomlValue): Value {
  if (typeof value === "bigint") return int64(value);
  if (value instanceof TomlDate) return timeOf(value.getTime());
  if (Array.isArray(value)) return value.map(fromToml);
  return typeof value === "object" ? fromTable(value) : value;
}
