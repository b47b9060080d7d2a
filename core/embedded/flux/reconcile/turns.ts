import { setImmediate } from "node:timers/promises";

/**
 * Lets work that takes the thread for milliseconds happen one piece per turn of the event loop, whoever asks:
 * calls in process answer without a turn between them, so that a hundred reconciles would block it as one.
 */
export class Turns {
  #last: Promise<void> = Promise.resolve();

  /** Resolves when it's the caller's turn. */
  take(): Promise<void> {
    this.#last = this.#last.then(() => setImmediate());
    return this.#last;
  }
}
