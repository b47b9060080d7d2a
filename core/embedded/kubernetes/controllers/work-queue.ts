import type { Clock } from "@catalyst/base/clock";
import { errorMessage } from "@catalyst/base/errors";
import type { Logger } from "@catalyst/base/logger";

/** First and longest wait before failed work is tried again (milliseconds). */
const firstDelay = 100;
const longestDelay = 30_000;
/** Keys worked on at once. */
const concurrency = 8;

/** Does work by key: each key once at a time, again when added meanwhile, again later when it threw. */
export class WorkQueue {
  readonly #work: (key: string) => Promise<void>;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #stopping = new AbortController();
  readonly #waiting = new Set<string>();
  readonly #running = new Map<string, Promise<void>>();
  readonly #failures = new Map<string, number>();
  #isScheduled = false;

  constructor(work: (key: string) => Promise<void>, clock: Clock, logger: Logger) {
    this.#work = work;
    this.#clock = clock;
    this.#logger = logger;
  }

  add(key: string): void {
    if (this.#stopping.signal.aborted || this.#waiting.has(key)) return;
    this.#waiting.add(key);
    this.#schedule();
  }

  /** Takes no more work and waits for what is under way. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#waiting.clear();
    await Promise.all(this.#running.values());
  }

  /** Starts what waits after requests had their turn: work that goes on for ever without waiting must not hold them. */
  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      this.#start();
    });
  }

  #start(): void {
    for (const key of this.#waiting) {
      if (this.#running.size >= concurrency) return;
      if (this.#running.has(key)) continue;
      this.#waiting.delete(key);
      this.#running.set(key, this.#run(key));
    }
  }

  async #run(key: string): Promise<void> {
    try {
      await this.#work(key);
      this.#failures.delete(key);
    } catch (error) {
      if (!this.#stopping.signal.aborted) this.#later(key, error);
    } finally {
      this.#running.delete(key);
      if (this.#waiting.size > 0) this.#schedule();
    }
  }

  #later(key: string, error: unknown): void {
    const failures = this.#failures.get(key) ?? 0;
    this.#failures.set(key, failures + 1);
    this.#logger.warn("the server's own work failed", { key, error: errorMessage(error) });
    const delay = Math.min(longestDelay, firstDelay * 2 ** failures);
    this.#clock.sleep(delay, this.#stopping.signal).then(
      () => this.add(key),
      () => undefined,
    );
  }
}
