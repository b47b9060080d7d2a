import type { Clock } from "@catalyst/base/clock";

/** The key of what goes on for one container. */
export function containerKey({ name }: { readonly name: string }): string {
  return `container/${name}`;
}

/** The key of making volumes and sandbox. */
export const sandboxKey = "sandbox";

/** What takes long for one Pod (pulling, stopping, hooks) and goes on beside its reconciles, one of each key. */
export class Operations {
  readonly #running = new Map<string, { readonly ended: Promise<void>; readonly hurry: Hurry }>();
  readonly #clock: Clock;
  #error: { readonly cause: unknown } | undefined;
  #ended = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** How many have ended: what was seen before one did may not be so any more. */
  get ended(): number {
    return this.#ended;
  }

  /** Whether one has failed whose error isn't thrown yet. */
  get hasFailed(): boolean {
    return this.#error !== undefined;
  }

  has(key: string): boolean {
    return this.#running.has(key);
  }

  /** Resolves when the operation of the key has ended; undefined: none is under way. */
  underWay(key: string): Promise<void> | undefined {
    return this.#running.get(key)?.ended;
  }

  /** Begins an operation unless one of the key is under way. What it gives doesn't reject (`rethrow`). */
  begin(key: string, work: (hurry: Hurry) => Promise<void>): Promise<void> | undefined {
    if (this.#running.has(key)) return undefined;
    const hurry = new Hurry(this.#clock);
    const ended = work(hurry)
      .catch((cause: unknown) => {
        this.#error = { cause };
      })
      .finally(() => {
        this.#running.delete(key);
        this.#ended++;
      });
    this.#running.set(key, { ended, hurry });
    return ended;
  }

  /** Gives an operation under way at most so many seconds more; resolves when it has ended. Undefined: none is. */
  hurry(key: string, seconds: number): Promise<void> | undefined {
    const running = this.#running.get(key);
    running?.hurry.within(seconds);
    return running?.ended;
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
