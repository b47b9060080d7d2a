import { type Cursor, isDigit } from "./cursor.ts";
import { type Token, token } from "./tokens.ts";

/** Scans `|` or `>` and the lines below it. `indent` is the column of the collection around it, -1 at the top. */
export function scanBlockScalar(cursor: Cursor, indent: number): Token {
  const { line } = cursor;
  const isLiteral = cursor.code() === 0x7c;
  cursor.at++;
  const { chomping, increment } = scanBlockHeader(cursor);
  cursor.skipBlanks();
  cursor.skipComment();
  if (!cursor.isBreakOrEnd()) cursor.fail("did not find expected comment or line break");
  if (cursor.isBreak()) cursor.readBreak();
  const explicit = increment === 0 ? 0 : Math.max(indent, 0) + increment;
  const text = scanBlockLines(cursor, { isLiteral, chomping, indent, explicit });
  return token("scalar", line, text);
}

/** What is kept of the line breaks at the end: `-` nothing, `+` all, else one. */
type Chomping = "-" | "+" | "";

function scanBlockHeader(cursor: Cursor): { chomping: Chomping; increment: number } {
  let chomping = scanChomping(cursor);
  let increment = 0;
  if (isDigit(cursor.code())) {
    increment = cursor.code() - 0x30;
    if (increment === 0) cursor.fail("found an indentation indicator equal to 0");
    cursor.at++;
    if (chomping === "") chomping = scanChomping(cursor);
  }
  return { chomping, increment };
}

function scanChomping(cursor: Cursor): Chomping {
  const code = cursor.code();
  if (code !== 0x2b && code !== 0x2d) return "";
  cursor.at++;
  return code === 0x2b ? "+" : "-";
}

interface BlockStyle {
  readonly isLiteral: boolean;
  readonly chomping: Chomping;
  /** The column of the collection around. */
  readonly indent: number;
  /** The column the header asks for; 0 when the first line says it. */
  readonly explicit: number;
}

function scanBlockLines(
  cursor: Cursor,
  { isLiteral, chomping, indent: around, explicit }: BlockStyle,
): string {
  let { indent, breaks } = scanIndentation(cursor, explicit, around);
  let text = "";
  let lineBreak = "";
  let wasBlank = false;
  while (cursor.column === indent && !cursor.isEnd()) {
    const isBlank = cursor.isBlank();
    // Folded lines are joined by a space, unless one of them is indented further.
    if (!isLiteral && lineBreak === "\n" && !wasBlank && !isBlank) text += breaks === "" ? " " : "";
    else text += lineBreak;
    text += breaks;
    wasBlank = isBlank;
    const start = cursor.at;
    while (!cursor.isBreakOrEnd()) cursor.at++;
    text += cursor.text.slice(start, cursor.at);
    lineBreak = cursor.isBreak() ? cursor.readBreak() : "";
    ({ indent, breaks } = scanIndentation(cursor, indent, around));
  }
  if (chomping !== "-") text += lineBreak;
  return chomping === "+" ? text + breaks : text;
}

/** Goes past blank lines and indentation; where `indent` is 0, finds it. */
function scanIndentation(cursor: Cursor, indent: number, around: number): { indent: number; breaks: string } {
  let breaks = "";
  let widest = 0;
  for (;;) {
    while ((indent === 0 || cursor.column < indent) && cursor.code() === 0x20) cursor.at++;
    widest = Math.max(widest, cursor.column);
    if ((indent === 0 || cursor.column < indent) && cursor.code() === 0x09) {
      cursor.fail("found a tab character where an indentation space is expected");
    }
    if (!cursor.isBreak()) break;
    breaks += cursor.readBreak();
  }
  return { indent: indent === 0 ? Math.max(widest, around + 1, 1) : indent, breaks };
}

/** Scans a text in single or double quotes. */
export function scanQuotedScalar(cursor: Cursor): Token {
  const { line } = cursor;
  const quote = cursor.code();
  cursor.at++;
  let text = "";
  for (;;) {
    if (cursor.isDocumentIndicator()) cursor.fail("found unexpected document indicator");
    if (cursor.isEnd()) cursor.fail("found unexpected end of stream");
    const word = scanQuotedWord(cursor, quote);
    text += word.text;
    if (cursor.code() === quote) break;
    text += scanFolding(cursor, word.endsInEscapedBreak);
  }
  cursor.at++;
  return token("scalar", line, text);
}

function scanQuotedWord(cursor: Cursor, quote: number): { text: string; endsInEscapedBreak: boolean } {
  const isSingle = quote === 0x27;
  let text = "";
  while (!cursor.isBlankOrEnd()) {
    const code = cursor.code();
    if (code === quote) {
      if (!isSingle || cursor.code(1) !== quote) break;
      text += "'";
      cursor.at += 2;
    } else if (!isSingle && code === 0x5c) {
      if (cursor.isBreak(1)) {
        cursor.at++;
        cursor.readBreak();
        return { text, endsInEscapedBreak: true };
      }
      text += scanEscape(cursor);
    } else {
      const start = cursor.at++;
      while (!cursor.isBlankOrEnd() && cursor.code() !== quote && cursor.code() !== 0x5c) cursor.at++;
      text += cursor.text.slice(start, cursor.at);
    }
  }
  return { text, endsInEscapedBreak: false };
}

/** Goes past white space and gives what it stands for: itself, or folded lines. */
function scanFolding(cursor: Cursor, afterBreak: boolean): string {
  let blanks = "";
  let first = "";
  let others = "";
  let hasBreak = afterBreak;
  while (cursor.isBlank() || cursor.isBreak()) {
    if (cursor.isBreak()) {
      const lineBreak = cursor.readBreak();
      if (hasBreak) others += lineBreak;
      else first = lineBreak;
      hasBreak = true;
    } else {
      if (!hasBreak) blanks += cursor.text[cursor.at];
      cursor.at++;
    }
  }
  return hasBreak ? folded(first, others) : blanks;
}

function folded(first: string, others: string): string {
  if (first === "\n") return others === "" ? " " : others;
  return first + others;
}

const escapes: Readonly<Record<string, string>> = {
  "0": "\0",
  a: "\x07",
  b: "\b",
  t: "\t",
  "\t": "\t",
  n: "\n",
  v: "\v",
  f: "\f",
  r: "\r",
  e: "\x1b",
  " ": " ",
  '"': '"',
  "'": "'",
  "\\": "\\",
  N: "\u0085",
  _: "\u00a0",
  L: "\u2028",
  P: "\u2029",
};

const escapeLengths: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

function scanEscape(cursor: Cursor): string {
  const name = cursor.text[cursor.at + 1] ?? "";
  const length = escapeLengths[name];
  const plain = escapes[name];
  if (length === undefined) {
    if (plain === undefined) return cursor.fail("found unknown escape character");
    cursor.at += 2;
    return plain;
  }
  cursor.at += 2;
  const digits = cursor.text.slice(cursor.at, cursor.at + length);
  if (!/^[0-9a-fA-F]+$/.test(digits) || digits.length < length) {
    return cursor.fail("did not find expected hexdecimal number");
  }
  const value = Number.parseInt(digits, 16);
  if ((value >= 0xd800 && value <= 0xdfff) || value > 0x10ffff) {
    return cursor.fail("found invalid Unicode character escape code");
  }
  cursor.at += length;
  return String.fromCodePoint(value);
}

/** Scans an unquoted text, over lines indented further than `indent`; tells whether it ended behind a line break. */
export function scanPlainScalar(
  cursor: Cursor,
  indent: number,
  isFlow: boolean,
): { token: Token; endsInBreak: boolean } {
  const { line } = cursor;
  let text = "";
  let space = "";
  let endsInBreak = false;
  for (;;) {
    if (cursor.isDocumentIndicator() || cursor.code() === 0x23) break;
    const start = cursor.at;
    while (!cursor.isBlankOrEnd() && !endsPlain(cursor, isFlow)) cursor.at++;
    if (cursor.at > start) {
      text += space + cursor.text.slice(start, cursor.at);
      space = "";
      endsInBreak = false;
    }
    if (!cursor.isBlank() && !cursor.isBreak()) break;
    const white = scanPlainSpace(cursor, indent);
    space = white.text;
    endsInBreak = white.hasBreak;
    if (!isFlow && cursor.column <= indent) break;
  }
  return { token: token("scalar", line, text, "", true), endsInBreak };
}

/** Whether an unquoted text ends at this character. */
function endsPlain(cursor: Cursor, isFlow: boolean): boolean {
  const code = cursor.code();
  if (code === 0x3a) return cursor.isBlankOrEnd(1);
  return (
    isFlow &&
    (code === 0x2c || code === 0x3f || code === 0x5b || code === 0x5d || code === 0x7b || code === 0x7d)
  );
}

function scanPlainSpace(cursor: Cursor, indent: number): { text: string; hasBreak: boolean } {
  let blanks = "";
  let first: string | undefined;
  let others = "";
  while (cursor.isBlank() || cursor.isBreak()) {
    if (cursor.isBreak()) {
      const lineBreak = cursor.readBreak();
      if (first === undefined) first = lineBreak;
      else others += lineBreak;
      continue;
    }
    if (first !== undefined && cursor.column <= indent && cursor.code() === 0x09) {
      cursor.fail("found a tab character that violates indentation");
    }
    if (first === undefined) blanks += cursor.text[cursor.at];
    cursor.at++;
  }
  return first === undefined
    ? { text: blanks, hasBreak: false }
    : { text: folded(first, others), hasBreak: true };
}
