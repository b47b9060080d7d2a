import { type Cursor, isDigit, isNameCharacter } from "./cursor.ts";
import { type Token, token } from "./tokens.ts";

/** Scans `&name` or `*name`. */
export function scanAnchor(cursor: Cursor, type: "anchor" | "alias"): Token {
  const { line } = cursor;
  cursor.at++;
  const name = scanName(cursor);
  if (name === "" || !(cursor.isBlankOrEnd() || "?:,]}%@`".includes(cursor.text[cursor.at] ?? ""))) {
    cursor.fail("did not find expected alphabetic or numeric character");
  }
  return token(type, line, name);
}

/** Scans `!local`, `!!name`, `!handle!name` or `!<name>`. An empty handle leaves the suffix as it is. */
export function scanTag(cursor: Cursor): Token {
  const { line } = cursor;
  let handle = "";
  let suffix: string;
  if (cursor.code(1) === 0x3c) {
    cursor.at += 2;
    suffix = scanTagUri(cursor, "");
    if (cursor.code() !== 0x3e) cursor.fail("did not find the expected '>'");
    cursor.at++;
  } else {
    handle = scanTagHandle(cursor, false);
    if (handle.length > 1 && handle.endsWith("!")) suffix = scanTagUri(cursor, "");
    else {
      suffix = scanTagUri(cursor, handle);
      // A lone "!" is the tag of everything that has none.
      [handle, suffix] = suffix === "" ? ["", "!"] : ["!", suffix];
    }
  }
  if (!cursor.isBlankOrEnd()) cursor.fail("did not find expected whitespace or line break");
  return token("tag", line, handle, suffix);
}

/** Scans a line that starts with `%`. */
export function scanDirective(cursor: Cursor): Token {
  const { line } = cursor;
  cursor.at++;
  const found = scanDirectiveValue(cursor, line);
  cursor.skipBlanks();
  cursor.skipComment();
  if (!cursor.isBreakOrEnd()) cursor.fail("did not find expected comment or line break");
  if (cursor.isBreak()) cursor.readBreak();
  return found;
}

function scanDirectiveValue(cursor: Cursor, line: number): Token {
  const name = scanName(cursor);
  if (name === "") cursor.fail("could not find expected directive name");
  if (!cursor.isBlankOrEnd()) cursor.fail("found unexpected non-alphabetical character");
  if (name === "YAML") return scanVersion(cursor, line);
  if (name !== "TAG") return cursor.fail("found unknown directive name");
  cursor.skipBlanks();
  const handle = scanTagHandle(cursor, true);
  if (!cursor.isBlank()) cursor.fail("did not find expected whitespace");
  cursor.skipBlanks();
  const prefix = scanTagUri(cursor, "");
  if (!cursor.isBlankOrEnd()) cursor.fail("did not find expected whitespace or line break");
  return token("tag-directive", line, handle, prefix);
}

function scanVersion(cursor: Cursor, line: number): Token {
  cursor.skipBlanks();
  const major = scanVersionNumber(cursor);
  if (cursor.code() !== 0x2e) cursor.fail("did not find expected digit or '.' character");
  cursor.at++;
  return token("version-directive", line, "", `${major}.${scanVersionNumber(cursor)}`);
}

function scanVersionNumber(cursor: Cursor): number {
  let value = 0;
  const start = cursor.at;
  while (isDigit(cursor.code())) {
    if (cursor.at - start >= 2) cursor.fail("found extremely long version number");
    value = value * 10 + cursor.code() - 0x30;
    cursor.at++;
  }
  if (cursor.at === start) cursor.fail("did not find expected version number");
  return value;
}

function scanName(cursor: Cursor): string {
  const start = cursor.at;
  while (isNameCharacter(cursor.code())) cursor.at++;
  return cursor.text.slice(start, cursor.at);
}

function scanTagHandle(cursor: Cursor, isDirective: boolean): string {
  if (cursor.code() !== 0x21) cursor.fail("did not find expected '!'");
  cursor.at++;
  let handle = `!${scanName(cursor)}`;
  if (cursor.code() === 0x21) {
    handle += "!";
    cursor.at++;
  } else if (isDirective && handle !== "!") cursor.fail("did not find expected '!'");
  return handle;
}

/** Scans the rest of a tag; `head` is what was read of it as a handle. */
function scanTagUri(cursor: Cursor, head: string): string {
  let text = head.slice(1);
  const start = cursor.at;
  while (isNameCharacter(cursor.code()) || ";/?:@&=+$,.!~*'()[]%".includes(cursor.text[cursor.at] ?? "")) {
    if (cursor.code() === 0x25) text += scanUriEscape(cursor);
    else text += cursor.text[cursor.at++];
  }
  if (head === "" && cursor.at === start) cursor.fail("did not find expected tag URI");
  return text;
}

/** Scans the `%XX` of one character. */
function scanUriEscape(cursor: Cursor): string {
  const bytes: number[] = [];
  let left = 1;
  while (left > 0) {
    const digits = /^%([0-9a-fA-F]{2})/.exec(cursor.text.slice(cursor.at, cursor.at + 3))?.[1];
    if (digits === undefined) return cursor.fail("did not find URI escaped octet");
    const octet = Number.parseInt(digits, 16);
    if (bytes.length === 0) {
      left = utf8Length(octet);
      if (left === 0) cursor.fail("found an incorrect leading UTF-8 octet");
    } else if ((octet & 0xc0) !== 0x80) cursor.fail("found an incorrect trailing UTF-8 octet");
    bytes.push(octet);
    cursor.at += 3;
    left--;
  }
  return Buffer.from(bytes).toString("utf8");
}

/** How many bytes a character has that starts with this one; 0 when none does. */
function utf8Length(octet: number): number {
  if ((octet & 0x80) === 0) return 1;
  if ((octet & 0xe0) === 0xc0) return 2;
  if ((octet & 0xf0) === 0xe0) return 3;
  return (octet & 0xf8) === 0xf0 ? 4 : 0;
}
