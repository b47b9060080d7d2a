/** Milliseconds of one turn of the event loop that may be filled before others wait for the next. */
const share = 4;

/**
 * Keeps the event loop answering while much is to be done, whoever asks: calls in process answer without a
 * turn between them, so that a hundred reconciles would block it as one. Ask before each piece of work.
 */
export class Turns {
  readonly #waiting: (() => void)[] = [];
  /** When the first piece of this turn of the event loop began. */
  #began: number | undefined;
  #isScheduled = false;

  /** Resolves when it's the caller's turn: pieces go one after another, several in one turn while they are small. */
  take(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.#schedule();
    });
  }

  /** A tick asked for by a microtask comes once no microtask is left: after what the last piece led to. */
  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    queueMicrotask(() =>
      process.nextTick(() => {
        this.#isScheduled = false;
        this.#wake();
      }),
    );
  }

  #wake(): void {
    if (this.#began === undefined) this.#begin();
    else if (performance.now() - this.#began >= share) return;
    this.#waiting.shift()?.();
    if (this.#waiting.length > 0) this.#schedule();
  }

  #begin(): void {
    this.#began = performance.now();
    setImmediate(() => {
      this.#began = undefined;
      if (this.#waiting.length > 0) this.#schedule();
    });
  }
}

/** A thread has one event loop, so whoever works much on it stands in one line. */
const ofThread = new Turns();

/** Resolves when it's the caller's turn on this thread: asked before each piece of work of which there may be many. */
export function takeTurn(): Promise<void> {
  return ofThread.take();
}

let lastLong: Promise<void> = Promise.resolve();

/**
 * The same for one of many pieces of something long. Such pieces stand in a line of their own, of which only the
 * first stands in the common one: a short request waits for one of them, not for a thousand.
 */
export function takeLongTurn(): Promise<void> {
  lastLong = lastLong.then(takeTurn);
  return lastLong;
}
