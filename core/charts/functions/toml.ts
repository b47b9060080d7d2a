import { parse, TomlDate, TomlError, type TomlValue } from "smol-toml";
import {
  fixed,
  GoError,
  type GoFunction,
  GoPanic,
  int64,
  typedList,
  type Value,
} from "../template/values.ts";
import { timeOf } from "./time.ts";
import { printToml } from "./toml-print.ts";

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

/** Reads TOML; what can't be read is a map with the key Error, as in Helm. */
function parseToml(text: string): Map<string, Value> {
  try {
    const hasTables = /^[ \t]*\[\[/m.test(text);
    return fromTable(parse(text, { integersAsBigInt: true }), hasTables);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const message = error.message.split("\n")[0]?.replace("Invalid TOML document: ", "") ?? "";
    return new Map([["Error", `toml: line ${lineOf(error, message, text)}: ${message}`]]);
  }
}

/**
 * The line that BurntSushi's reader names, which has read what it complains of: the line after a break that stands
 * where something else should, and the last one that was begun where the text ends too early.
 */
function lineOf({ line, column }: TomlError, message: string, text: string): number {
  const lines = text.split("\n");
  const here = lines[line - 1] ?? "";
  const begun = lines.at(-1) === "" ? lines.length - 1 : lines.length;
  if (message === "unfinished string") return begun;
  const isLast = line === lines.length;
  const isStructure = message === "expected comma or end of structure" || message === "invalid value";
  if (isLast) return isStructure ? Math.min(line, Math.max(begun, 1)) : line;
  const isHeader =
    message === "expected end of table array declaration" ||
    (message === "illegal character in key" && here.trimStart().startsWith("["));
  const isSign = message === "invalid value" && /^[-+]$/.test(here.slice(column - 1));
  return isSign || (isHeader && column > here.length) ? line + 1 : line;
}

function fromTable(table: Readonly<Record<string, TomlValue>>, hasTables: boolean): Map<string, Value> {
  return new Map(Object.entries(table).map(([key, value]) => [key, fromToml(value, hasTables)]));
}

/** Reads a value. With `hasTables` a list of nothing but tables is one of `[[tables]]`, which has a type of its own. */
function fromToml(value: TomlValue, hasTables: boolean): Value {
  if (typeof value === "bigint") return int64(value);
  if (value instanceof TomlDate) return timeOf(value.getTime());
  if (Array.isArray(value)) {
    const items = value.map((item) => fromToml(item, hasTables));
    const isTables = hasTables && items.length > 0 && items.every((item) => item instanceof Map);
    return isTables ? typedList("[]map[string]interface {}", items) : items;
  }
  return typeof value === "object" ? fromTable(value, hasTables) : value;
}
