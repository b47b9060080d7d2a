/** Events a slow reader may fall behind before it is dropped. */
const backlogLimit = 10_000;

/** Events of a beginning given at a time; between two pieces others have their turn. */
export const pieceSize = 250;

/**
 * What is between a committed change and one reader of it. A reader that falls too far behind is told so by
 * `overflow`, once, and gets nothing more.
 */
export class EventQueue<T> implements AsyncIterableIterator<readonly T[]> {
  readonly #overflow: () => T;
  readonly #closed: () => void;
  /** What the reader begins with, as far as it hasn't taken it: made as it reads, never all at once. */
  #beginning: Iterator<T> | undefined;
  #waiting: T[] = [];
  #reader: ((result: IteratorResult<readonly T[]>) => void) | undefined;
  #ended = false;
  #scheduled = false;

  constructor(overflow: () => T, closed: () => void) {
    this.#overflow = overflow;
    this.#closed = closed;
  }

  push(event: T): void {
    if (this.#ended) return;
    if (this.#waiting.length >= backlogLimit) {
      this.end(this.#overflow());
      return;
    }
    this.#waiting.push(event);
    if (this.#scheduled || this.#reader === undefined) return;
    this.#scheduled = true;
    // Not at once: the other events of the same commit are about to come, and go out together.
    setImmediate(() => {
      this.#scheduled = false;
      this.#deliver();
    });
  }

  /** Gives what a reader begins with, whatever its length; it is read piece by piece, before what is pushed. */
  begin(events: Iterable<T>): void {
    this.#beginning = events[Symbol.iterator]();
    this.#deliver();
  }

  /** Ends the stream after what is waiting, and after `last`. */
  end(last?: T): void {
    if (this.#ended) return;
    if (last !== undefined) this.#waiting.push(last);
    this.#ended = true;
    this.#closed();
    this.#deliver();
  }

  /** A piece of the beginning; after that everything that is waiting, at once. */
  next(): Promise<IteratorResult<readonly T[]>> {
    return new Promise((resolve) => {
      this.#reader = resolve;
      this.#deliver();
    });
  }

  return(): Promise<IteratorResult<readonly T[]>> {
    this.#beginning = undefined;
    this.#waiting = [];
    this.end();
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #deliver(): void {
    const reader = this.#reader;
    if (reader === undefined) return;
    const piece = this.#nextPiece();
    if (piece.length > 0) {
      this.#reader = undefined;
      reader({ done: false, value: piece });
      return;
    }
    if (this.#waiting.length === 0) {
      if (!this.#ended) return;
      this.#reader = undefined;
      reader({ done: true, value: undefined });
      return;
    }
    const value = this.#waiting;
    this.#waiting = [];
    this.#reader = undefined;
    reader({ done: false, value });
  }

  #nextPiece(): readonly T[] {
    const piece: T[] = [];
    while (this.#beginning !== undefined && piece.length < pieceSize) {
      const { done, value } = this.#beginning.next();
      if (done) this.#beginning = undefined;
      else piece.push(value);
    }
    return piece;
  }
}
