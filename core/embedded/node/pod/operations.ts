import type { Clock } from "@catalyst/base/clock";

/** What takes long for one Pod (pulling, stopping, hooks) and goes on beside its reconciles, one of each key. */
export class Operations {
  readonly #running = new Map<string, { readonly ended: Promise<void>; readonly hurry: Hurry }>();
  readonly #clock: Clock;
  #error: { readonly cause: unknown } | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  has(key: string): boolean {
    return this.#running.has(key);
  }

  /** Begins an operation unless one of the key is under way. `wake` is called when it has ended. */
  begin(key: string, work: (hurry: Hurry) => Promise<void>, wake: () => void): Promise<void> | undefined {
    if (this.#running.has(key)) return undefined;
    const hurry = new Hurry(this.#clock);
    const ended = work(hurry)
      .catch((cause: unknown) => {
        this.#error = { cause };
      })
      .finally(() => {
        this.#running.delete(key);
        wake();
      });
    this.#running.set(key, { ended, hurry });
    return ended;
  }

  /** Gives an operation under way at most so many seconds more. */
  hurry(key: string, seconds: number): void {
    this.#running.get(key)?.hurry.within(seconds);
  }

  /** Throws what ended an operation, once: the reconcile that meets it fails and is tried again later. */
  rethrow(): void {
    const error = this.#error;
    this.#error = undefined;
    if (error !== undefined) throw error.cause;
  }
}

/** Ends waits early, for who has changed their mind about how long they may take. */
export class Hurry {
  readonly #abort = new AbortController();
  readonly #clock: Clock;
  #due = Number.POSITIVE_INFINITY;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  within(seconds: number): void {
    const due = this.#clock.now() + seconds * 1000;
    if (due >= this.#due) return;
    this.#due = due;
    void this.#clock.sleep(seconds * 1000).then(() => this.#abort.abort());
  }
}
