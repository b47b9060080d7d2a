import { GoYamlError } from "./errors.ts";

/** What every text ends with here, as in go-yaml: a character no YAML text may hold. */
const end = 0;

/** A place in a text that moves forward. Lines and columns count from 0; columns count UTF-16 units. */
export class Cursor {
  readonly text: string;
  at = 0;
  line = 0;
  lineStart = 0;

  constructor(text: string) {
    this.text = `${text}\0`;
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
    if (this.at !== this.lineStart) return false;
    const code = this.code();
    if (code !== 0x2d && code !== 0x2e) return false;
    return this.code(1) === code && this.code(2) === code && this.isBlankOrEnd(3);
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
