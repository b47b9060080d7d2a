import { compareText } from "../template/bytes.ts";
import { formatFloat } from "../template/numbers.ts";
import { GoError, GoObject, Integer, TypedList, TypedMap, type Value } from "../template/values.ts";

export interface JsonStyle {
  /** Whether <, > and & are escaped, as Go does unless told otherwise. */
  readonly escapeHtml?: boolean;
  /** Indentation per level; empty for one line. */
  readonly indent?: string;
}

/** Prints a value as Go's encoding/json: sorted keys, its own escapes and number forms. Throws GoError. */
export function printJson(value: Value, { escapeHtml = true, indent = "" }: JsonStyle = {}): string {
  return print(value, escapeHtml, indent, "\n");
}

function print(value: Value, escapeHtml: boolean, indent: string, lineBreak: string): string {
  if (value === null || value === undefined) return "null";
  if (typeof value === "string") return printString(value, escapeHtml);
  if (typeof value === "number") return printFloat(value);
  if (typeof value === "boolean") return String(value);
  if (value instanceof Integer) return String(value.value);
  if (value instanceof Uint8Array) return `"${Buffer.from(value).toString("base64")}"`;
  if (value instanceof GoObject) return printObject(value.toJson(), escapeHtml, indent, lineBreak);
  if ((value instanceof TypedList || value instanceof TypedMap) && value.isNil) return "null";
  const inner = lineBreak + indent;
  if (value instanceof Map) {
    const entries = [...value].sort(([a], [b]) => compareText(a, b));
    return printEntries(entries, escapeHtml, indent, lineBreak);
  }
  const items = value.map((item) => print(item, escapeHtml, indent, inner));
  return bracketed("[", items, "]", indent, lineBreak);
}

/** A struct's fields keep their order. */
function printObject(value: Value, escapeHtml: boolean, indent: string, lineBreak: string): string {
  if (value instanceof Map) return printEntries([...value], escapeHtml, indent, lineBreak);
  return print(value, escapeHtml, indent, lineBreak);
}

function printEntries(
  entries: readonly (readonly [string, Value])[],
  escapeHtml: boolean,
  indent: string,
  lineBreak: string,
): string {
  const colon = indent === "" ? ":" : ": ";
  const items = entries.map(
    ([key, item]) =>
      printString(key, escapeHtml) + colon + print(item, escapeHtml, indent, lineBreak + indent),
  );
  return bracketed("{", items, "}", indent, lineBreak);
}

function bracketed(
  open: string,
  items: readonly string[],
  close: string,
  indent: string,
  lineBreak: string,
): string {
  if (items.length === 0) return open + close;
  if (indent === "") return open + items.join(",") + close;
  const inner = lineBreak + indent;
  return `${open}${inner}${items.join(`,${inner}`)}${lineBreak}${close}`;
}

function printFloat(value: number): string {
  if (!Number.isFinite(value)) throw new GoError(`json: unsupported value: ${formatFloat(value, "g", -1)}`);
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-6 || size >= 1e21)) {
    return formatFloat(value, "e", -1).replace(/e-0(\d)$/, "e-$1");
  }
  return formatFloat(value, "f", -1);
}

function printString(text: string, escapeHtml: boolean): string {
  const json = JSON.stringify(text);
  if (!/[<>&\u2028\u2029]|\\u/.test(json)) return json;
  return json.replace(/[<>&\u2028\u2029]|\\\\|\\ud[89a-f][0-9a-f]{2}/g, (found) => {
    // A byte that is no UTF-8 stands as a lone surrogate, which JSON.stringify escapes.
    if (found.length > 2) return "\\ufffd";
    if (found.length === 2 || (!escapeHtml && found < "\x7f")) return found;
    return `\\u${found.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}

/** Reads JSON as Go does into untyped values: every number is a float64. Throws GoError with Go's text. */
export function parseJson(text: string): Value {
  return new JsonReader(text).read();
}

/** Reads the JSON value a text starts with, and tells how long it is. Throws GoError. */
export function parseJsonPrefix(text: string): { value: Value; length: number } {
  const reader = new JsonReader(text);
  return { value: reader.first(), length: reader.offset };
}

class JsonReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  read(): Value {
    const value = this.first();
    this.#space();
    if (this.#at < this.#text.length) throw this.#unexpected("after top-level value");
    return value;
  }

  first(): Value {
    return this.#value("looking for beginning of value");
  }

  get offset(): number {
    return this.#at;
  }

  #value(context: string): Value {
    this.#space();
    const character = this.#text[this.#at];
    if (character === "{") return this.#object();
    if (character === "[") return this.#array();
    if (character === '"') return this.#string();
    if (character === "-" || /\d/.test(character ?? "")) return this.#number();
    if (character === "t") return this.#word("true", true);
    if (character === "f") return this.#word("false", false);
    if (character === "n") return this.#word("null", null);
    throw this.#unexpected(context);
  }

  #object(): Value {
    const map = new Map<string, Value>();
    this.#at++;
    this.#space();
    if (this.#take("}")) return map;
    for (;;) {
      this.#space();
      if (this.#text[this.#at] !== '"') throw this.#unexpected("looking for beginning of object key string");
      const key = this.#string();
      this.#space();
      if (!this.#take(":")) throw this.#unexpected("after object key");
      map.set(key, this.#value("looking for beginning of value"));
      this.#space();
      if (this.#take("}")) return map;
      if (!this.#take(",")) throw this.#unexpected("after object key:value pair");
    }
  }

  #array(): Value {
    const items: Value[] = [];
    this.#at++;
    this.#space();
    if (this.#take("]")) return items;
    for (;;) {
      items.push(this.#value("looking for beginning of value"));
      this.#space();
      if (this.#take("]")) return items;
      if (!this.#take(",")) throw this.#unexpected("after array element");
    }
  }

  #string(): string {
    const start = this.#at++;
    for (;;) {
      const character = this.#text[this.#at];
      if (character === undefined) throw this.#unexpected("in string literal");
      if (character < " ") throw this.#unexpected("in string literal");
      this.#at++;
      if (character === '"') return (JSON.parse(this.#text.slice(start, this.#at)) as string).toWellFormed();
      if (character === "\\") this.#escape();
    }
  }

  #escape(): void {
    const character = this.#text[this.#at];
    if (character !== "u") {
      if (character === undefined || !'"\\/bfnrt'.includes(character)) {
        throw this.#unexpected("in string escape code");
      }
      this.#at++;
      return;
    }
    this.#at++;
    for (let count = 0; count < 4; count++, this.#at++) {
      if (!/[0-9a-fA-F]/.test(this.#text[this.#at] ?? ""))
        throw this.#unexpected("in \\u hexadecimal character escape");
    }
  }

  #number(): number {
    const pattern = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?/y;
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text);
    if (match === null) {
      this.#at++;
      throw this.#unexpected("in numeric literal");
    }
    this.#at += match[0].length;
    const number = Number(match[0]);
    if (!Number.isFinite(number)) {
      throw new GoError(`json: cannot unmarshal number ${match[0]} into Go value of type float64`);
    }
    return number;
  }

  #word<T extends Value>(word: string, value: T): T {
    for (const letter of word) {
      if (this.#text[this.#at] !== letter)
        throw this.#unexpected(`in literal ${word} (expecting '${letter}')`);
      this.#at++;
    }
    return value;
  }

  #take(character: string): boolean {
    if (this.#text[this.#at] !== character) return false;
    this.#at++;
    return true;
  }

  #space(): void {
    while (/[ \t\r\n]/.test(this.#text[this.#at] ?? "")) this.#at++;
  }

  #unexpected(context: string): GoError {
    const character = this.#text[this.#at];
    if (character === undefined) return new GoError("unexpected end of JSON input");
    const shown =
      character === "'"
        ? "'\\''"
        : character === '"'
          ? "'\"'"
          : `'${JSON.stringify(character).slice(1, -1)}'`;
    return new GoError(`invalid character ${shown} ${context}`);
  }
}
