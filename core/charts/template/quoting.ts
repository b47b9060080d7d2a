import { decodeBytes, encodeBytes } from "./bytes.ts";
import { GoError } from "./values.ts";

export { isPrintable, quote } from "@catalyst/base/go-quote";

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
