import { quote } from "./go-quote.ts";

/** A document as Go's `encoding/json` decodes it into untyped values: every number is a float64. */
export type GoJson = null | boolean | number | string | readonly GoJson[] | ReadonlyMap<string, GoJson>;

/** What Go's `encoding/json` says of a text it refuses. */
export class GoJsonError extends Error {
  override readonly name = "GoJsonError";
  /** The number of the document that the message shows, when it shows one. */
  readonly literal: string | undefined;

  constructor(message: string, literal?: string) {
    super(message);
    this.literal = literal;
  }
}

/** Nesting that Go's scanner goes along with. */
const deepest = 10_000;

/** Reads a JSON document as `json.Unmarshal` does. Throws GoJsonError. */
export function readGoJson(text: string): GoJson {
  const { value, problem } = decodeGoJson(text);
  if (problem !== undefined) throw problem;
  return value;
}

/**
 * Reads a JSON document as far as `json.Unmarshal` does, which goes on behind a number that is no float64: it is null
 * and the first of them the problem. Throws GoJsonError where the text is no JSON.
 */
export function decodeGoJson(text: string): {
  readonly value: GoJson;
  readonly problem: GoJsonError | undefined;
} {
  const reader = new Reader(text);
  const value = reader.first();
  reader.end();
  return { value, problem: reader.problem };
}

/** Tells whether a text is a JSON document, as `json.Valid` does: a number may be too large to be read. */
export function isGoJson(text: string): boolean {
  const reader = new Reader(text);
  try {
    reader.first();
    reader.end();
    return true;
  } catch (error) {
    if (error instanceof GoJsonError) return false;
    throw error;
  }
}

/** Reads the JSON value a text starts with, as a `json.Decoder` does, and tells how long it is. Throws GoJsonError. */
export function readGoJsonPrefix(text: string): { readonly value: GoJson; readonly length: number } {
  const reader = new Reader(text);
  let value: GoJson;
  try {
    value = reader.first();
  } catch (error) {
    // More could have come: whatever the end of the text breaks, a decoder says this of it.
    throw reader.offset > text.length ? new GoJsonError("unexpected EOF") : error;
  }
  if (reader.problem !== undefined) throw reader.problem;
  return { value, length: reader.offset };
}

interface OpenArray {
  readonly items: GoJson[];
}

interface OpenObject {
  readonly entries: Map<string, GoJson>;
  /** Of the entry whose value comes next. */
  key: string;
}

/** What has begun and not ended. */
type Open = OpenArray | OpenObject;

const digit = /[0-9]/;
const space = /[ \t\r\n]/;

class Reader {
  readonly #text: string;
  #at = 0;
  /** The first number that is no float64: told only when the whole text is JSON, as Go scans before it decodes. */
  #tooLarge: string | undefined;

  constructor(text: string) {
    this.#text = text;
  }

  /** How much is read; more than there is, once the end was read. */
  get offset(): number {
    return this.#at;
  }

  /** Without recursion: what is nested as deep as Go allows is too deep for the stack. */
  first(): GoJson {
    const open: Open[] = [];
    for (;;) {
      let value = this.#begin(open);
      while (value !== undefined) {
        const inner = open.at(-1);
        if (inner === undefined) return value;
        value = "items" in inner ? this.#item(inner, value) : this.#entry(inner, value);
        if (value !== undefined) open.pop();
      }
    }
  }

  end(): void {
    this.#skip();
    const rest = this.#text[this.#at];
    if (rest !== undefined) throw unexpected(rest, "after top-level value");
  }

  /** What Go says of the first number that is too large. */
  get problem(): GoJsonError | undefined {
    const number = this.#tooLarge;
    if (number === undefined) return undefined;
    return new GoJsonError(`json: cannot unmarshal number ${number} into Go value of type float64`, number);
  }

  /** Reads a value; undefined when an object or array with something in it began. */
  #begin(open: Open[]): GoJson | undefined {
    const first = this.#next();
    if (first !== "{" && first !== "[") return this.#scalar(first);
    if (open.length === deepest) throw unexpected(first, "exceeded max depth");
    if (first === "[") {
      if (this.#closes("]")) return [];
      open.push({ items: [] });
    } else {
      if (this.#closes("}")) return new Map();
      open.push({ entries: new Map(), key: this.#key() });
    }
    return undefined;
  }

  /** Adds to an array; gives it when it ends there. */
  #item({ items }: OpenArray, value: GoJson): GoJson | undefined {
    items.push(value);
    const separator = this.#next();
    if (separator === "]") return items;
    if (separator !== ",") throw unexpected(separator, "after array element");
    return undefined;
  }

  /** Adds to an object; gives it when it ends there. */
  #entry(object: OpenObject, value: GoJson): GoJson | undefined {
    object.entries.set(object.key, value);
    const separator = this.#next();
    if (separator === "}") return object.entries;
    if (separator !== ",") throw unexpected(separator, "after object key:value pair");
    object.key = this.#key();
    return undefined;
  }

  #key(): string {
    const quote = this.#next();
    if (quote !== '"') throw unexpected(quote, "looking for beginning of object key string");
    const key = this.#string();
    const colon = this.#next();
    if (colon !== ":") throw unexpected(colon, "after object key");
    return key;
  }

  #scalar(first: string): GoJson {
    switch (first) {
      case '"':
        return this.#string();
      case "t":
        return this.#literal("true", true);
      case "f":
        return this.#literal("false", false);
      case "n":
        return this.#literal("null", null);
      default:
        if (first === "-" || digit.test(first)) return this.#number(first);
        throw unexpected(first, "looking for beginning of value");
    }
  }

  #string(): string {
    const start = this.#at - 1;
    for (;;) {
      const char = this.#needed();
      if (char === '"') return (JSON.parse(this.#text.slice(start, this.#at)) as string).toWellFormed();
      if (char < " ") throw unexpected(char, "in string literal");
      if (char === "\\") this.#escape();
    }
  }

  #escape(): void {
    const char = this.#take();
    if (char !== "u") {
      if (!'"\\/bfnrt'.includes(char)) throw unexpected(char, "in string escape code");
      return;
    }
    for (let count = 0; count < 4; count++) {
      const hex = this.#take();
      if (!/[0-9a-fA-F]/.test(hex)) throw unexpected(hex, "in \\u hexadecimal character escape");
    }
  }

  #number(first: string): number | null {
    const start = this.#at - 1;
    const leading = first === "-" ? this.#digit("in numeric literal") : first;
    if (leading !== "0") this.#digits();
    if (this.#text[this.#at] === ".") {
      this.#at++;
      this.#digit("after decimal point in numeric literal");
      this.#digits();
    }
    if (/[eE]/.test(this.#text[this.#at] ?? "")) {
      this.#at++;
      if (/[-+]/.test(this.#text[this.#at] ?? "")) this.#at++;
      this.#digit("in exponent of numeric literal");
      this.#digits();
    }
    const literal = this.#text.slice(start, this.#at);
    const number = Number(literal);
    if (Number.isFinite(number)) return number;
    this.#tooLarge ??= literal;
    return null;
  }

  #digit(where: string): string {
    const char = this.#take();
    if (!digit.test(char)) throw unexpected(char, where);
    return char;
  }

  #digits(): void {
    while (digit.test(this.#text[this.#at] ?? "")) this.#at++;
  }

  /** The first letter is read already. */
  #literal<T extends GoJson>(word: string, value: T): T {
    for (const letter of word.slice(1)) {
      const char = this.#take();
      if (char !== letter) throw unexpected(char, `in literal ${word} (expecting '${letter}')`);
    }
    return value;
  }

  #closes(bracket: string): boolean {
    this.#skip();
    if (this.#text[this.#at] !== bracket) return false;
    this.#at++;
    return true;
  }

  #skip(): void {
    while (space.test(this.#text[this.#at] ?? "")) this.#at++;
  }

  #next(): string {
    this.#skip();
    return this.#needed();
  }

  /** One character of what can go on: there the end of the text is named as such. */
  #needed(): string {
    const char = this.#text[this.#at++];
    if (char === undefined) throw new GoJsonError("unexpected end of JSON input");
    return char;
  }

  /** One character inside a word or number: there Go takes the end of the text for a blank. */
  #take(): string {
    return this.#text[this.#at++] ?? " ";
  }
}

/** Go's reader sees bytes: of a character of several it names the first. */
function firstByte(char: string): string {
  const unit = char.charCodeAt(0);
  // A byte that is no UTF-8 may stand as a lone low surrogate.
  if (unit >= 0xdc80 && unit <= 0xdcff) return String.fromCharCode(unit - 0xdc00);
  if (unit >= 0xd800 && unit < 0xdc00) return String.fromCharCode(0xf0 | ((unit - 0xd7c0) >> 8));
  return unit < 0x80 ? char : String.fromCharCode(Buffer.from(char.toWellFormed())[0] ?? 0);
}

function unexpected(found: string, where: string): GoJsonError {
  const char = firstByte(found);
  const shown = char === "'" ? "'\\''" : char === '"' ? `'"'` : `'${quote(char).slice(1, -1)}'`;
  return new GoJsonError(`invalid character ${shown} ${where}`);
}
