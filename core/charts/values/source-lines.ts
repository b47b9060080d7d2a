import type { Source } from "../template/nodes.ts";

/** Where lines of a source begin, so that a place in it is found without reading it again. */
export class SourceLines {
  readonly #source: Source;
  readonly #starts: readonly number[];

  constructor(source: Source) {
    this.#source = source;
    const starts = [0];
    for (let at = source.text.indexOf("\n"); at >= 0; at = source.text.indexOf("\n", at + 1))
      starts.push(at + 1);
    this.#starts = starts;
  }

  /** Line and column, from 1, of an offset in UTF-16 units. */
  placeOf(position: number): { readonly line: number; readonly column: number } {
    let low = 0;
    let high = this.#starts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((this.#starts[middle] ?? 0) <= position) low = middle;
      else high = middle;
    }
    return { line: low + 1, column: position - (this.#starts[low] ?? 0) + 1 };
  }

  /** A line's text without white space around it, at most `length` characters of it. */
  textOf(line: number, length: number): string {
    const start = this.#starts[line - 1] ?? 0;
    const end = this.#starts[line] ?? this.#source.text.length;
    // what is behind the end of a long line isn't looked at, however long that is
    return this.#source.text
      .slice(start, Math.min(end, start + 10 * length))
      .trim()
      .slice(0, length);
  }
}
