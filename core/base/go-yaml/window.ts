import { octetsOf } from "../octets.ts";
import { GoYamlError } from "./errors.ts";

const byteOrderMark = "\ufeff";

/** How many bytes go-yaml reads at once. */
const pieceSize = 512;

const refused = /[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;

/**
 * What of a text go-yaml has in its buffer. Two things hang on it: a character no YAML text may hold is refused when it
 * is read, which may be after another error; and go-yaml looks for a byte order mark that begins a line where its buffer
 * begins, not where the line does. A text that has neither needs no window.
 */
export class Window {
  readonly #text: string;
  /** Where the first refused character is; past the end where none is. */
  readonly #refusedAt: number;
  readonly #refusal: GoYamlError | undefined;
  #start = 0;
  #end = 0;
  /** How many bytes of the next piece are another's: the mark at the start of the text. */
  #skipped: number;

  constructor(text: string, skipped: number, refusal: Refusal | undefined) {
    this.#text = text;
    this.#skipped = skipped;
    this.#refusedAt = refusal?.index ?? Number.POSITIVE_INFINITY;
    this.#refusal = refusal?.error;
  }

  /** Whether go-yaml takes the character at the start of a line for a byte order mark. */
  get beginsWithMark(): boolean {
    return this.#text[this.#start] === byteOrderMark;
  }

  /** Reads on until so many characters from a place on are in the buffer. Throws GoYamlError. */
  want(count: number, at: number): void {
    while (this.#unread(at) < count) {
      // Within a scalar, which is scanned in one go here, it looks one character further.
      this.#start = at > this.#end ? this.#end - 1 : at;
      if (this.#end >= this.#text.length) {
        // At the end of the text one NUL comes with each look.
        this.#start = at;
        this.#end++;
        return;
      }
      this.#readPiece();
    }
  }

  #unread(at: number): number {
    const { length } = this.#text;
    const units = Math.min(this.#end, length) - at;
    const characters = units >= 8 ? units : [...this.#text.slice(at, at + units)].length;
    return characters + Math.max(0, this.#end - Math.max(length, at));
  }

  #readPiece(): void {
    let left = pieceSize - this.#skipped;
    this.#skipped = 0;
    while (this.#end < this.#text.length) {
      const code = this.#text.codePointAt(this.#end) ?? 0;
      left -= octetCount(code);
      if (left < 0) return;
      if (this.#end === this.#refusedAt && this.#refusal !== undefined) throw this.#refusal;
      this.#end += code < 0x10000 ? 1 : 2;
    }
  }
}

/** A lone surrogate is one byte that is no UTF-8. */
function octetCount(code: number): number {
  if (code < 0x80 || (code >= 0xd800 && code < 0xe000)) return 1;
  if (code < 0x800) return 2;
  return code < 0x10000 ? 3 : 4;
}

/** A character that is refused. */
interface Refusal {
  readonly index: number;
  readonly error: GoYamlError;
}

/** Gives a text's window where it needs one. `last` says why its last character is refused. */
export function windowOf(text: string, skipped: number, last?: GoYamlError): Window | undefined {
  const refusal = refusalIn(text) ?? (last && { index: text.length - 1, error: last });
  return refusal === undefined && !text.includes(byteOrderMark)
    ? undefined
    : new Window(text, skipped, refusal);
}

/** Finds the first character no YAML text may hold, or byte that is no UTF-8 (a lone surrogate U+DC80 to U+DCFF). */
function refusalIn(text: string): Refusal | undefined {
  const found = refused.exec(text);
  if (found === null) return undefined;
  const { index } = found;
  const code = found[0].codePointAt(0) ?? 0;
  const isByte = code >= 0xdc80 && code <= 0xdcff;
  const problem = isByte
    ? octetProblem(octetsOf(text.slice(index, index + 4)))
    : "control characters are not allowed";
  return { index, error: new GoYamlError(problem) };
}

/** Says what is wrong with octets that aren't the UTF-8 of a character. */
function octetProblem(octets: Uint8Array): string {
  const [first = 0] = octets;
  if (first < 0xc0 || first >= 0xf8) return "invalid leading UTF-8 octet";
  const width = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  if (octets.length < width) return "incomplete UTF-8 octet sequence";
  const rest = [...octets.subarray(1, width)];
  if (rest.some((octet) => (octet & 0xc0) !== 0x80)) return "invalid trailing UTF-8 octet";
  const value = rest.reduce((sum, octet) => sum * 64 + (octet & 0x3f), first & (0x7f >> width));
  const least = [0x80, 0x800, 0x10000][width - 2] ?? 0;
  return value < least ? "invalid length of a UTF-8 sequence" : "invalid Unicode character";
}
