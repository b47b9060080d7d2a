import { GoYamlError } from "./errors.ts";
import { fromUtf16 } from "./utf16.ts";
import { type Window, windowOf } from "./window.ts";

/** What every text ends with here, as in go-yaml: a character no YAML text may hold. */
const end = 0;

/** A place in a text that moves forward. Lines and columns count from 0; columns count UTF-16 units. */
export class Cursor {
  readonly text: string;
  readonly #window: Window | undefined;
  at = 0;
  line = 0;
  lineStart = 0;

  /** A byte order mark at its start isn't part of a text. */
  constructor(text: string) {
    const decoded = fromUtf16(text);
    const isMarked = decoded === undefined && text.startsWith("\ufeff");
    const source = isMarked ? text.slice(1) : (decoded?.text ?? text);
    this.text = `${source}\0`;
    this.#window = windowOf(source, isMarked ? 3 : 0, decoded?.refusal);
  }

  /** Has so many characters from here on read. Throws GoYamlError where one of them is refused. */
  want(count: number): void {
    this.#window?.want(count, this.at);
  }

  /** Goes past what go-yaml takes for a byte order mark that begins a line. */
  skipMark(): void {
    this.want(1);
    if (this.column === 0 && this.#window?.beginsWithMark === true && !this.isEnd()) {
      this.at += String.fromCodePoint(this.text.codePointAt(this.at) ?? 0).length;
    }
  }

  get column(): number {
    return this.at - this.lineStart;
  }

  /** The code of the character `offset` places ahead. */
  code(offset = 0): number {
    return this.text.charCodeAt(this.at + offset);
  }

  isEnd(offset = 0): boolean {
    return this.code(offset) === end;
  }

  isBlank(offset = 0): boolean {
    return isBlank(this.code(offset));
  }

  isBreak(offset = 0): boolean {
    return isBreak(this.code(offset));
  }

  isBreakOrEnd(offset = 0): boolean {
    const code = this.code(offset);
    return isBreak(code) || code === end;
  }

  isBlankOrEnd(offset = 0): boolean {
    const code = this.code(offset);
    return isBlank(code) || isBreak(code) || code === end;
  }

  /** Whether `---` or `...` stands here, alone, at the start of a line. */
  isDocumentIndicator(): boolean {
    this.want(4);
    if (this.at !== this.lineStart) return false;
    const code = this.code();
    if (code !== 0x2d && code !== 0x2e) return false;
    return this.code(1) === code && this.code(2) === code && this.isBlankOrEnd(3);
  }

  /** How many characters lie between a place and this one; past a few thousand it may be more than there are. */
  charactersSince(start: number): number {
    const units = this.at - start;
    return units <= 1024 || units > 2048 ? units : [...this.text.slice(start, this.at)].length;
  }

  skipBlanks(): void {
    while (this.isBlank()) this.at++;
  }

  skipComment(): void {
    if (this.code() !== 0x23) return;
    while (!this.isBreakOrEnd()) this.at++;
  }

  /** Goes past a line break and gives the text it stands for: `\n`, or the break itself where it is Unicode's. */
  readBreak(): string {
    this.want(2);
    const code = this.code();
    const isPair = code === 0x0d && this.code(1) === 0x0a;
    this.at += isPair ? 2 : 1;
    this.line++;
    this.lineStart = this.at;
    return code === 0x2028 || code === 0x2029 ? String.fromCharCode(code) : "\n";
  }

  /** Throws what go-yaml says of the place reached. */
  fail(problem: string): never {
    // The first line isn't named.
    throw new GoYamlError(problem, this.line === 0 ? 0 : this.line + 1);
  }
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09;
}

function isBreak(code: number): boolean {
  return code === 0x0a || code === 0x0d || code === 0x85 || code === 0x2028 || code === 0x2029;
}

/** Whether a character may stand in the names of anchors, directives and tag handles. */
export function isNameCharacter(code: number): boolean {
  return (
    isDigit(code) ||
    (code >= 0x41 && code <= 0x5a) ||
    (code >= 0x61 && code <= 0x7a) ||
    code === 0x5f ||
    code === 0x2d
  );
}

export function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}
