import { byteLength } from "./bytes.ts";
import { quote } from "./quoting.ts";

export type TokenType =
  | "error"
  | "bool"
  | "char"
  | "characterConstant"
  | "assign"
  | "declare"
  | "eof"
  | "field"
  | "identifier"
  | "leftDelimiter"
  | "leftParenthesis"
  | "number"
  | "pipe"
  | "rawString"
  | "rightDelimiter"
  | "rightParenthesis"
  | "space"
  | "string"
  | "text"
  | "variable"
  | "dot"
  | Keyword;

export type Keyword =
  | "block"
  | "break"
  | "continue"
  | "define"
  | "else"
  | "end"
  | "if"
  | "nil"
  | "range"
  | "template"
  | "with";

export interface Token {
  readonly type: TokenType;
  /** Offset in UTF-16 units. */
  readonly position: number;
  readonly text: string;
  /** Line of the token's start, from 1. */
  readonly line: number;
}

const keywords: ReadonlySet<string> = new Set<Keyword>([
  "block",
  "break",
  "continue",
  "define",
  "else",
  "end",
  "if",
  "nil",
  "range",
  "template",
  "with",
]);

const wordCharacter = /[\p{L}\p{Nd}_]/u;
const asciiWord = /[A-Za-z0-9_]/;

/** Prints a token as Go's parse errors do. */
export function describeToken(token: Token): string {
  if (token.type === "eof") return "EOF";
  if (token.type === "error") return token.text;
  if (keywords.has(token.type) || token.type === "dot") return `<${token.text}>`;
  const characters = [...token.text];
  if (byteLength(token.text) > 10) return `${quote(characters.slice(0, 10).join(""))}...`;
  return quote(token.text);
}

/**
 * Splits a template into tokens, trimming around `{{-` and `-}}`. Errors come as an `error` token. One file past
 * the usual length: every method moves the same position in the same text.
 */
export class Lexer {
  readonly #input: string;
  #at = 0;
  #line = 1;
  #insideAction = false;
  #depth = 0;
  #failed = false;

  constructor(input: string) {
    this.#input = input;
  }

  next(): Token {
    if (this.#failed) return this.#token("eof", this.#at);
    return this.#insideAction ? this.#action() : this.#text();
  }

  #text(): Token {
    for (;;) {
      const start = this.#at;
      const open = this.#input.indexOf("{{", start);
      if (open < 0) {
        this.#at = this.#input.length;
        return this.#token(start < this.#at ? "text" : "eof", start);
      }
      const trims = this.#trimsBefore(open + 2);
      let end = open;
      if (trims) while (end > start && isSpace(this.#input[end - 1])) end--;
      if (end > start) {
        // The next call starts at the end of the text and finds the delimiter again.
        this.#at = end;
        const token = this.#token("text", start);
        this.#skipTo(open);
        return token;
      }
      this.#skipTo(open);
      const delimiter = this.#leftDelimiter(trims);
      if (delimiter !== undefined) return delimiter;
    }
  }

  /** Takes `{{`; undefined after a comment, which gives no token. */
  #leftDelimiter(trims: boolean): Token | undefined {
    const start = this.#at;
    const inside = start + 2 + (trims ? 2 : 0);
    if (this.#input.startsWith("/*", inside)) return this.#comment(inside);
    this.#at = start + 2;
    const token = this.#token("leftDelimiter", start);
    this.#at = inside;
    // A trim marker may be followed by a line break, which belongs to it.
    if (trims && this.#input[inside - 1] === "\n") this.#line++;
    this.#insideAction = true;
    this.#depth = 0;
    return token;
  }

  #comment(start: number): Token | undefined {
    const close = this.#input.indexOf("*/", start + 2);
    if (close < 0) return this.#error("unclosed comment", start);
    const end = close + 2;
    const trims = this.#trimsAfter(end);
    const right = trims ? end + 2 : end;
    if (!this.#input.startsWith("}}", right))
      return this.#error("comment ends before closing delimiter", start);
    let next = right + 2;
    if (trims) while (isSpace(this.#input[next])) next++;
    this.#skipTo(next);
    return undefined;
  }

  #action(): Token {
    const start = this.#at;
    if (this.#atRightDelimiter(start)) {
      return this.#depth === 0 ? this.#rightDelimiter() : this.#error("unclosed left paren", start);
    }
    const character = this.#input[start];
    if (character === undefined) return this.#error("unclosed action", start);
    if (isSpace(character)) return this.#space();
    this.#at++;
    switch (character) {
      case "=":
        return this.#token("assign", start);
      case ":":
        if (this.#input[this.#at] !== "=") return this.#error("expected :=", start);
        this.#at++;
        return this.#token("declare", start);
      case "|":
        return this.#token("pipe", start);
      case '"':
        return this.#quoted('"', "string", "unterminated quoted string");
      case "'":
        return this.#quoted("'", "characterConstant", "unterminated character constant");
      case "`":
        return this.#rawString();
      case "$":
        return this.#name(start, "variable");
      case "(":
        this.#depth++;
        return this.#token("leftParenthesis", start);
      case ")":
        this.#depth--;
        if (this.#depth < 0) return this.#error("unexpected right paren", start);
        return this.#token("rightParenthesis", start);
    }
    return this.#other(character, start);
  }

  #other(character: string, start: number): Token {
    if (character === "." && !/[0-9]/.test(this.#input[this.#at] ?? "") && this.#at < this.#input.length) {
      return this.#name(start, "field");
    }
    if (/[.+\-0-9]/.test(character)) return this.#number(start);
    if (this.#wordLength(start) > 0) return this.#identifier(start);
    const code = this.#input.codePointAt(start) ?? 0;
    if (code > 0x20 && code < 0x7f) return this.#token("char", start);
    return this.#error(`unrecognized character in action: ${unicodeName(code)}`, start);
  }

  #rightDelimiter(): Token {
    const trims = this.#trimsAfter(this.#at);
    if (trims) this.#skipTo(this.#at + 2);
    const start = this.#at;
    this.#at += 2;
    const token = this.#token("rightDelimiter", start);
    if (trims) {
      let next = this.#at;
      while (isSpace(this.#input[next])) next++;
      this.#skipTo(next);
    }
    this.#insideAction = false;
    return token;
  }

  #space(): Token {
    const start = this.#at;
    let end = start;
    while (isSpace(this.#input[end])) end++;
    // The last space may belong to a trim marker.
    if (this.#trimsAfter(end - 1) && this.#input.startsWith("}}", end + 1)) end--;
    if (end === start) return this.#rightDelimiter();
    this.#at = end;
    return this.#token("space", start);
  }

  #quoted(delimiter: string, type: "string" | "characterConstant", unterminated: string): Token {
    const start = this.#at - 1;
    for (;;) {
      const character = this.#input[this.#at++];
      if (character === "\\") {
        const escaped = this.#input[this.#at++];
        if (escaped === undefined || escaped === "\n") return this.#error(unterminated, start);
      } else if (character === undefined || character === "\n") {
        return this.#error(unterminated, start);
      } else if (character === delimiter) {
        return this.#token(type, start);
      }
    }
  }

  #rawString(): Token {
    const start = this.#at - 1;
    const close = this.#input.indexOf("`", this.#at);
    if (close < 0) return this.#error("unterminated raw quoted string", start);
    this.#at = close + 1;
    return this.#token("rawString", start);
  }

  #name(start: number, type: "variable" | "field"): Token {
    if (this.#atTerminator()) return this.#token(type === "variable" ? "variable" : "dot", start);
    this.#at += this.#wordLength(this.#at);
    return this.#atTerminator() ? this.#token(type, start) : this.#badCharacter(start);
  }

  #identifier(start: number): Token {
    this.#at = start + this.#wordLength(start);
    if (!this.#atTerminator()) return this.#badCharacter(start);
    const word = this.#input.slice(start, this.#at);
    if (keywords.has(word)) return this.#token(word as Keyword, start);
    return this.#token(word === "true" || word === "false" ? "bool" : "identifier", start);
  }

  #number(start: number): Token {
    this.#at = start + this.#numberLength(start);
    if (/[+-]/.test(this.#input[this.#at] ?? "")) this.#at += this.#numberLength(this.#at);
    const follows = this.#wordLength(this.#at) > 0;
    const text = this.#input.slice(start, follows ? this.#at + 1 : this.#at);
    // Complex numbers have no use in charts, and no function takes one.
    if (follows || text.endsWith("i") || /[^eEpP][+-]/.test(text)) {
      return this.#error(`bad number syntax: ${quote(text)}`, start);
    }
    return this.#token("number", start);
  }

  #numberLength(start: number): number {
    const pattern =
      /[+-]?(?:0[xX][0-9a-fA-F_]*(?:\.[0-9a-fA-F_]*)?(?:[pP][+-]?[0-9_]*)?|0[oO][0-7_]*(?:\.[0-7_]*)?|0[bB][01_]*(?:\.[01_]*)?|[0-9_]*(?:\.[0-9_]*)?(?:[eE][+-]?[0-9_]*)?)i?/y;
    pattern.lastIndex = start;
    return pattern.exec(this.#input)?.[0].length ?? 0;
  }

  #atTerminator(): boolean {
    const character = this.#input[this.#at];
    if (character === undefined || isSpace(character) || ".,|:)(".includes(character)) return true;
    return this.#input.startsWith("}}", this.#at);
  }

  #badCharacter(start: number): Token {
    const code = this.#input.codePointAt(this.#at) ?? 0;
    return this.#error(`bad character ${unicodeName(code)}`, start);
  }

  #wordLength(start: number): number {
    let end = start;
    for (;;) {
      const character = this.#input[end];
      if (character === undefined) break;
      if (asciiWord.test(character)) {
        end++;
        continue;
      }
      if (character < "\x80") break;
      const whole = String.fromCodePoint(this.#input.codePointAt(end) ?? 0);
      if (!wordCharacter.test(whole)) break;
      end += whole.length;
    }
    return end - start;
  }

  #trimsBefore(at: number): boolean {
    return this.#input[at] === "-" && isSpace(this.#input[at + 1]);
  }

  #trimsAfter(at: number): boolean {
    return isSpace(this.#input[at]) && this.#input[at + 1] === "-";
  }

  #atRightDelimiter(at: number): boolean {
    return this.#input.startsWith("}}", this.#trimsAfter(at) ? at + 2 : at);
  }

  #token(type: TokenType, start: number): Token {
    const text = this.#input.slice(start, this.#at);
    const token: Token = { type, position: start, text, line: this.#line };
    this.#line += countLines(text);
    return token;
  }

  #skipTo(end: number): void {
    if (end > this.#at) this.#line += countLines(this.#input.slice(this.#at, end));
    this.#at = end;
  }

  #error(message: string, start: number): Token {
    this.#failed = true;
    this.#at = this.#input.length;
    return { type: "error", position: start, text: message, line: this.#line };
  }
}

function isSpace(character: string | undefined): boolean {
  return character === " " || character === "\t" || character === "\r" || character === "\n";
}

function countLines(text: string): number {
  let lines = 0;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) lines++;
  return lines;
}

/** `U+0027 '''`, as %#U prints. */
function unicodeName(code: number): string {
  const hex = code.toString(16).toUpperCase().padStart(4, "0");
  const character = String.fromCodePoint(code);
  return /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u.test(character) ? `U+${hex} '${character}'` : `U+${hex}`;
}
