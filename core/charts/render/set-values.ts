import { CatalystError } from "@catalyst/base/errors";
import { conversion } from "../functions/dicts.ts";
import { parseJsonPrefix } from "../functions/json.ts";
import { quote } from "../template/quoting.ts";
import { sprintf } from "../template/sprintf.ts";
import { GoError, Integer, int64, type Value } from "../template/values.ts";

/** How a `--set…` flag reads what stands after `=`. */
export type SetKind =
  /** `--set`: true, false, null and integers are what they look like. */
  | "typed"
  /** `--set-string`: always text. */
  | "string"
  /** `--set-json`: JSON. */
  | "json"
  /** `--set-file`: the text of the file named. */
  | "file"
  /** `--set-literal`: all that follows, with its commas and backslashes. */
  | "literal";

/** How each flag is called in an error. */
const flags: Readonly<Record<SetKind, string>> = {
  typed: "--set",
  string: "--set-string",
  json: "--set-json",
  file: "--set-file",
  literal: "--set-literal",
};

/** Reads the file a `--set-file` names. */
export type ReadText = (path: string) => string;

const indexLimit = 65_536;
const depthLimit = 30;

/**
 * Applies the text of a `--set` flag (`a.b=1,list[0].name=x,c={1,2}`) to values, in place. Throws
 * `chart-set-invalid` with Helm's text.
 */
export function setValues(
  values: Map<string, Value>,
  text: string,
  kind: SetKind,
  readText?: ReadText,
): void {
  try {
    new SetParser(text, kind, readText).parse(values);
  } catch (error) {
    if (!(error instanceof GoError)) throw error;
    // Of JSON Helm says what was given instead of what is wrong with it.
    const problem = kind === "json" ? ` ${text}` : `: ${error.message}`;
    throw new CatalystError("chart-set-invalid", `failed parsing ${flags[kind]} data${problem}`);
  }
}

/** Ends the parsing where the text does: as in Helm what was set before stays, and nobody is told. */
class EndOfText extends Error {}

class SetParser {
  readonly #text: string[];
  readonly #kind: SetKind;
  readonly #readText: ReadText | undefined;
  #at = 0;

  constructor(text: string, kind: SetKind, readText: ReadText | undefined) {
    this.#text = [...text];
    this.#kind = kind;
    this.#readText = readText;
  }

  parse(values: Map<string, Value>): void {
    try {
      while (this.#at < this.#text.length) this.#key(values, 0);
    } catch (error) {
      if (!(error instanceof EndOfText)) throw error;
    }
  }

  #key(map: Map<string, Value>, depth: number): void {
    const { text: key, stop } = this.#until(this.#kind === "literal" ? "=[." : "=[,.");
    switch (stop) {
      case undefined:
        if (key !== "") throw new GoError(`key ${quote(key)} has no value`);
        throw new EndOfText();
      case "[": {
        const index = this.#index();
        const list = map.has(key) ? [...asList(map.get(key))] : [];
        this.#set(map, key, list);
        this.#item(list, index, depth);
        return;
      }
      case "=":
        this.#set(map, key, this.#value());
        return;
      case ",":
        throw new GoError(`key ${quote(key)} has no value (cannot end with ,)`);
    }
    this.#inner(map, key, depth + 1);
  }

  #inner(map: Map<string, Value>, key: string, depth: number): void {
    if (depth > depthLimit) {
      throw new GoError(
        `value name nested level is greater than maximum supported nested level of ${depthLimit}`,
      );
    }
    const known = map.has(key) ? asMap(map.get(key)) : new Map<string, Value>();
    try {
      this.#key(known, depth);
    } finally {
      if (known.size > 0) this.#set(map, key, known);
    }
    if (known.size === 0) throw new GoError(`key map ${quote(key)} has no value`);
  }

  /** Sets an item of a list, which is filled up to it once there is something to set. */
  #item(list: Value[], index: number, depth: number): void {
    if (index < 0) throw new GoError(`negative ${index} index not allowed`);
    const { text, stop } = this.#until("[.=");
    if (text !== "") throw new GoError(`unexpected data at end of array index: ${quotedCharacters(text)}`);
    if (stop === undefined) throw new EndOfText();
    const known = list[index];
    if (stop === "=") fill(list, index, this.#value());
    else if (stop === "[") {
      const next = this.#index();
      const inner = known === undefined || known === null ? [] : [...asList(known)];
      this.#item(inner, next, depth);
      fill(list, index, inner);
    } else {
      const inner = known instanceof Map ? known : new Map<string, Value>();
      if (index < list.length) list[index] = inner;
      this.#key(inner, depth);
      fill(list, index, inner);
    }
  }

  #index(): number {
    const { text, stop } = this.#until("]");
    if (stop === undefined) throw new EndOfText();
    if (!/^[-+]?\d+$/.test(text)) {
      throw new GoError(`error parsing index: strconv.Atoi: parsing ${quote(text)}: invalid syntax`);
    }
    const index = BigInt(text.replace(/^\+/, ""));
    if (BigInt.asIntN(64, index) !== index) {
      throw new GoError(`error parsing index: strconv.Atoi: parsing ${quote(text)}: value out of range`);
    }
    return Number(index);
  }

  #value(): Value {
    if (this.#kind === "json") return this.#json();
    if (this.#kind === "literal") return this.#until("").text;
    if (this.#kind === "file" && this.#at >= this.#text.length) return "";
    if (this.#text[this.#at] === "{") return this.#list();
    return this.#read(this.#until(",").text);
  }

  #list(): Value[] {
    const items: Value[] = [];
    this.#at++;
    for (;;) {
      const { text, stop } = this.#until(",}");
      if (stop === undefined) throw new GoError("list must terminate with '}'");
      items.push(this.#read(text));
      if (stop === "}") break;
    }
    if (this.#text[this.#at] === ",") this.#at++;
    return items;
  }

  #json(): Value {
    if (this.#skipBlank()) return null;
    const rest = this.#text.slice(this.#at).join("");
    const { value, length } = parseJsonPrefix(rest);
    this.#at += [...rest.slice(0, length)].length;
    this.#skipBlank();
    return value;
  }

  /** Skips blanks and one comma; true when nothing else stood there. */
  #skipBlank(): boolean {
    for (;;) {
      const character = this.#text[this.#at];
      if (character === undefined) return true;
      if (character !== "," && !/\s/.test(character)) return false;
      this.#at++;
      if (character === ",") return true;
    }
  }

  #read(text: string): Value {
    if (this.#kind === "string") return text;
    if (this.#kind === "file") {
      if (this.#readText === undefined) throw new GoError("no files can be read here");
      return this.#readText(text);
    }
    const word = text.toLowerCase();
    if (word === "true" || word === "false") return word === "true";
    if (word === "null") return null;
    if (/^(?:0|[-+]?[1-9]\d*|[-+]0\d*)$/.test(text)) {
      const number = BigInt(text.replace(/^\+/, ""));
      if (number >= -(2n ** 63n) && number < 2n ** 63n) return int64(number);
    }
    return text;
  }

  #set(map: Map<string, Value>, key: string, value: Value): void {
    if (key !== "") map.set(key, value);
  }

  /** Reads up to one of the characters; a backslash takes the next one as it is, but in a literal. */
  #until(stops: string): { text: string; stop: string | undefined } {
    let text = "";
    while (this.#at < this.#text.length) {
      const character = this.#text[this.#at++] ?? "";
      if (stops.includes(character)) return { text, stop: character };
      text += character === "\\" && this.#kind !== "literal" ? (this.#text[this.#at++] ?? "") : character;
    }
    return { text, stop: undefined };
  }
}

/** What stands there is of another type: Go's conversion panics, and Helm makes an error of that. */
function asList(value: Value): readonly Value[] {
  if (Array.isArray(value)) return value;
  throw new GoError(`unable to parse key: ${conversion(value, "[]interface {}").message}`);
}

function asMap(value: Value): Map<string, Value> {
  if (value instanceof Map) return value;
  throw new GoError(`unable to parse key: ${conversion(value, "map[string]interface {}").message}`);
}

/** Helm prints a list of characters, not the text of them. */
function quotedCharacters(text: string): string {
  const characters = [...text].map((one) => new Integer(BigInt(one.codePointAt(0) ?? 0), "int32"));
  return sprintf("%q", [characters]);
}

function fill(list: Value[], index: number, value: Value): void {
  if (index > indexLimit) {
    throw new GoError(`index of ${index} is greater than maximum supported index of ${indexLimit}`);
  }
  while (list.length < index) list.push(null);
  list[index] = value;
}
