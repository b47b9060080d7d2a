import { decodeBytes, encodeBytes } from "./bytes.ts";
import { GoError } from "./values.ts";

const simpleEscapes: Readonly<Record<string, string>> = {
  "\x07": "\\a",
  "\b": "\\b",
  "\f": "\\f",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\v": "\\v",
};

const plainText = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/;

/** Tells whether Go prints a character as it is: letters, marks, numbers, punctuation, symbols, the space. */
export function isPrintable(character: string): boolean {
  return character === " " || /^[\p{L}\p{M}\p{N}\p{P}\p{S}]$/u.test(character);
}

/** Quotes as Go's strconv.Quote (%q). With `asciiOnly` everything else is escaped (%+q). */
export function quote(text: string, delimiter = '"', asciiOnly = false): string {
  if (plainText.test(text) && delimiter === '"') return `"${text}"`;
  let quoted = delimiter;
  for (const character of text) quoted += quoteCharacter(character, delimiter, asciiOnly);
  return quoted + delimiter;
}

function quoteCharacter(character: string, delimiter: string, asciiOnly: boolean): string {
  const code = character.codePointAt(0) ?? 0;
  if (character === delimiter || character === "\\") return `\\${character}`;
  if (code >= 0xdc80 && code <= 0xdcff) return `\\x${(code - 0xdc00).toString(16)}`;
  if (code < 0x80 ? code >= 0x20 && code < 0x7f : !asciiOnly && isPrintable(character)) return character;
  const simple = simpleEscapes[character];
  if (simple !== undefined) return simple;
  if (code < 0x80) return `\\x${code.toString(16).padStart(2, "0")}`;
  if (code >= 0x10000) return `\\U${code.toString(16).padStart(8, "0")}`;
  return `\\u${code.toString(16).padStart(4, "0")}`;
}

const unescapes: Readonly<Record<string, number>> = {
  a: 7,
  b: 8,
  f: 12,
  n: 10,
  r: 13,
  t: 9,
  v: 11,
  "\\": 92,
};

/** Reads a Go string literal, quotes included. Throws GoError "invalid syntax". */
export function unquote(literal: string): string {
  const delimiter = literal[0];
  const inner = literal.slice(1, -1);
  if (literal.length < 2 || literal.at(-1) !== delimiter) throw invalidSyntax();
  if (delimiter === "`") return inner.replaceAll("\r", "");
  if (inner.includes("\n")) throw invalidSyntax();
  return inner.includes("\\") ? unescapeAll(inner, delimiter ?? '"') : inner;
}

/** Reads a Go character literal, quotes included, and gives its code point. */
export function unquoteCharacter(literal: string): number {
  const { code, length } = readCharacter(literal, 1, "'");
  if (literal.slice(1 + length) !== "'") throw new GoError(`malformed character constant: ${literal}`);
  return code;
}

function unescapeAll(inner: string, delimiter: string): string {
  // Escapes \x and \377 name bytes, which together may form characters: so build bytes where they occur.
  const parts: Uint8Array[] = [];
  for (let index = 0; index < inner.length; ) {
    const { code, length, isByte } = readCharacter(inner, index, delimiter);
    parts.push(isByte ? Uint8Array.of(code) : encodeBytes(String.fromCodePoint(code)));
    index += length;
  }
  return decodeBytes(Buffer.concat(parts));
}

function readCharacter(
  text: string,
  index: number,
  delimiter: string,
): { code: number; length: number; isByte: boolean } {
  const code = text.codePointAt(index);
  if (code === undefined || text[index] === delimiter) throw invalidSyntax();
  if (text[index] !== "\\") return { code, length: code > 0xffff ? 2 : 1, isByte: false };
  const letter = text[index + 1] ?? "";
  const simple = unescapes[letter];
  if (simple !== undefined) return { code: simple, length: 2, isByte: false };
  if (letter === delimiter) return { code: letter.charCodeAt(0), length: 2, isByte: false };
  const digits = /^(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3}))/.exec(
    text.slice(index + 1, index + 10),
  );
  if (digits === null) throw invalidSyntax();
  const [all, hexByte, unit, long, octal] = digits;
  const value =
    octal === undefined ? Number.parseInt(hexByte ?? unit ?? long ?? "", 16) : Number.parseInt(octal, 8);
  const isByte = hexByte !== undefined || octal !== undefined;
  if (value > (isByte ? 255 : 0x10ffff) || (!isByte && value >= 0xd800 && value <= 0xdfff))
    throw invalidSyntax();
  return { code: value, length: 1 + all.length, isByte };
}

function invalidSyntax(): GoError {
  return new GoError("invalid syntax");
}
