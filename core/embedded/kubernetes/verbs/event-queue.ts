/** Events a slow reader may fall behind before it is dropped. */
const backlogLimit = 10_000;

/**
 * What is between a committed change and one reader of it. A reader that falls too far behind is told so by
 * `overflow`, once, and gets nothing more.
 */
export class EventQueue<T> implements AsyncIterableIterator<readonly T[]> {
  readonly #overflow: () => T;
  readonly #closed: () => void;
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

  /** Puts what a reader begins with in, whatever its length. */
  begin(events: Iterable<T>): void {
    for (const event of events) this.#waiting.push(event);
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

  /** Everything that is waiting, at once. */
  next(): Promise<IteratorResult<readonly T[]>> {
    return new Promise((resolve) => {
      this.#reader = resolve;
      this.#deliver();
    });
  }

  return(): Promise<IteratorResult<readonly T[]>> {
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
}
