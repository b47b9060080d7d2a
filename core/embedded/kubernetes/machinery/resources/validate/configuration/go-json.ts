/** A document that Go's decoder refuses; the message is what it says. */
class JsonFault extends Error {}

const white = /[ \t\r\n]/;

/**
 * Says why a text isn't a JSON object, in the words of Go's `encoding/json`; undefined when it is one. The words show
 * at most one character of the text.
 */
export function jsonObjectFault(text: string): string | undefined {
  const scanner = new Scanner(text);
  try {
    scanner.value("looking for beginning of value");
    scanner.end();
  } catch (error) {
    if (error instanceof JsonFault) return error.message;
    throw error;
  }
  const value: unknown = JSON.parse(text);
  if (value === null || (typeof value === "object" && !Array.isArray(value))) return undefined;
  const found = Array.isArray(value) ? "array" : typeof value === "boolean" ? "bool" : typeof value;
  return `json: cannot unmarshal ${found} into Go value of type map[string]interface {}`;
}

class Scanner {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  value(where: string): void {
    const first = this.#next();
    if (first === "{") this.#object();
    else if (first === "[") this.#array();
    else if (first === '"') this.#string();
    else if (first === "-" || /[0-9]/.test(first)) this.#number(first);
    else if (first === "t") this.#literal("true");
    else if (first === "f") this.#literal("false");
    else if (first === "n") this.#literal("null");
    else this.#fail(first, where);
  }

  end(): void {
    this.#skip();
    const rest = this.#text[this.#at];
    if (rest !== undefined) this.#fail(rest, "after top-level value");
  }

  #object(): void {
    if (this.#peek() === "}") {
      this.#take();
      return;
    }
    for (;;) {
      const quote = this.#next();
      if (quote !== '"') this.#fail(quote, "looking for beginning of object key string");
      this.#string();
      const colon = this.#next();
      if (colon !== ":") this.#fail(colon, "after object key");
      this.value("looking for beginning of value");
      const separator = this.#next();
      if (separator === "}") return;
      if (separator !== ",") this.#fail(separator, "after object key:value pair");
    }
  }

  #array(): void {
    if (this.#peek() === "]") {
      this.#take();
      return;
    }
    for (;;) {
      this.value("looking for beginning of value");
      const separator = this.#next();
      if (separator === "]") return;
      if (separator !== ",") this.#fail(separator, "after array element");
    }
  }

  #string(): void {
    for (;;) {
      const char = this.#raw();
      if (char === '"') return;
      if (char < " ") this.#fail(char, "in string literal");
      if (char !== "\\") continue;
      const escaped = this.#raw();
      if (escaped === "u") {
        for (let digit = 0; digit < 4; digit++) {
          const hex = this.#raw();
          if (!/[0-9a-fA-F]/.test(hex)) this.#fail(hex, "in \\u hexadecimal character escape");
        }
      } else if (!'"\\/bfnrt'.includes(escaped)) this.#fail(escaped, "in string escape code");
    }
  }

  #number(first: string): void {
    let digit = first;
    if (digit === "-") digit = this.#raw();
    if (!/[0-9]/.test(digit)) this.#fail(digit, "in numeric literal");
    if (digit !== "0") this.#digits();
    if (this.#text[this.#at] === ".") {
      this.#at++;
      const fraction = this.#raw();
      if (!/[0-9]/.test(fraction)) this.#fail(fraction, "after decimal point in numeric literal");
      this.#digits();
    }
    if (!/[eE]/.test(this.#text[this.#at] ?? "")) return;
    this.#at++;
    let exponent = this.#raw();
    if (exponent === "+" || exponent === "-") exponent = this.#raw();
    if (!/[0-9]/.test(exponent)) this.#fail(exponent, "in exponent of numeric literal");
    this.#digits();
  }

  #digits(): void {
    while (/[0-9]/.test(this.#text[this.#at] ?? "")) this.#at++;
  }

  #literal(word: string): void {
    for (const expected of word.slice(1)) {
      const char = this.#raw();
      if (char !== expected) this.#fail(char, `in literal ${word} (expecting '${expected}')`);
    }
  }

  #skip(): void {
    while (white.test(this.#text[this.#at] ?? "")) this.#at++;
  }

  #peek(): string | undefined {
    this.#skip();
    return this.#text[this.#at];
  }

  #take(): void {
    this.#at++;
  }

  #next(): string {
    this.#skip();
    return this.#raw();
  }

  #raw(): string {
    const char = this.#text[this.#at];
    if (char === undefined) throw new JsonFault("unexpected end of JSON input");
    this.#at++;
    return char;
  }

  #fail(char: string, where: string): never {
    const shown = char === "'" ? "'\\''" : char === '"' ? `'"'` : `'${JSON.stringify(char).slice(1, -1)}'`;
    throw new JsonFault(`invalid character ${shown} ${where}`);
  }
}
