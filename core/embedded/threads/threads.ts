import { availableParallelism } from "node:os";
import { CatalystError } from "@catalyst/base/errors";
import { type PooledThread, startPooledThread } from "./pooled-thread.ts";

export interface ThreadsOptions {
  /** The file a thread starts with; it calls `serveJobs`. */
  readonly entry: URL;
  /** Threads at most; default: one fewer than the machine has processors, between 1 and 4. */
  readonly limit?: number | undefined;
  /** Milliseconds after which a thread without work ends; default 30 s. */
  readonly idle?: number | undefined;
  /**
   * Milliseconds of a processor that one job may take before its thread is ended; default 60 s. What it waits for on a
   * busy machine isn't counted.
   */
  readonly budget?: number | undefined;
  /** Milliseconds by the clock after which a job's thread is ended in any case; default ten times the budget. */
  readonly patience?: number | undefined;
  /** MiB of objects one thread may hold before it is ended; default 512. */
  readonly memory?: number | undefined;
  /**
   * What of a job's input a thread is likely to have kept, such as a chart by its digest: the job goes to the
   * thread that had it last, if that is free. A busy one is never waited for.
   */
  readonly keptOf?: ((name: string, input: unknown) => string | undefined) | undefined;
}

/**
 * Threads that do jobs, started when there is work and ended when there has been none for a while. Jobs begin in
 * the order in which they are asked for.
 */
export interface Threads {
  /**
   * Does a job on a thread. Input and answer are copied as by `structuredClone`. Throws what the job throws, with
   * code, place and hint; `job-timeout`, `job-out-of-memory` and `job-thread-failed` when its thread didn't live
   * to answer (the next job gets another); the signal's reason when it aborts; `threads-closed`.
   */
  run(name: string, input: unknown, signal?: AbortSignal): Promise<unknown>;
  /** Ends all threads; what was asked for is rejected. */
  close(): Promise<void>;
}

/** A job that waits for a thread, or is under way on one. */
interface Pending {
  readonly name: string;
  readonly input: unknown;
  readonly kept: string | undefined;
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

/** Opens the pool; no thread is started yet. */
export function openThreads(options: ThreadsOptions): Threads {
  return new ThreadPool(options);
}

class ThreadPool implements Threads {
  readonly #options: ThreadsOptions;
  readonly #limit: number;
  readonly #threads = new Set<PooledThread>();
  /** Threads without work, the one used last at the end. */
  readonly #free: PooledThread[] = [];
  readonly #waiting: Pending[] = [];
  #closed: CatalystError | undefined;

  constructor(options: ThreadsOptions) {
    this.#options = options;
    this.#limit = options.limit ?? Math.max(1, Math.min(4, availableParallelism() - 1));
  }

  run(name: string, input: unknown, signal?: AbortSignal): Promise<unknown> {
    if (this.#closed !== undefined) return Promise.reject(this.#closed);
    if (signal?.aborted === true) return Promise.reject(signal.reason);
    return new Promise((resolve, reject) => {
      const pending: Pending = { name, input, kept: this.#options.keptOf?.(name, input), resolve, reject };
      if (signal !== undefined) {
        const aborted = () => {
          const at = this.#waiting.indexOf(pending);
          if (at >= 0) this.#waiting.splice(at, 1);
          reject(signal.reason);
        };
        signal.addEventListener("abort", aborted, { once: true });
        const settled = () => signal.removeEventListener("abort", aborted);
        pending.resolve = (value) => {
          settled();
          resolve(value);
        };
        pending.reject = (error) => {
          settled();
          reject(error);
        };
      }
      this.#waiting.push(pending);
      this.#begin();
    });
  }

  async close(): Promise<void> {
    this.#closed ??= new CatalystError("threads-closed", "the threads have been ended");
    for (const pending of this.#waiting.splice(0)) pending.reject(this.#closed);
    await Promise.all([...this.#threads].map((thread) => thread.end(this.#closed)));
  }

  /** Gives waiting jobs to threads while there are any of both. */
  #begin(): void {
    for (;;) {
      const [next] = this.#waiting;
      const thread = next === undefined ? undefined : this.#take(next.kept);
      if (next === undefined || thread === undefined) return;
      this.#waiting.shift();
      void this.#do(thread, next);
    }
  }

  /** A thread for a job: the free one that kept something of it, else any free one, else a new one. */
  #take(kept: string | undefined): PooledThread | undefined {
    const known = this.#free.findLastIndex((thread) => kept !== undefined && thread.has(kept));
    if (known >= 0) return this.#free.splice(known, 1)[0];
    const free = this.#free.pop();
    if (free !== undefined) return free;
    if (this.#threads.size >= this.#limit) return undefined;
    const { entry, idle = 30_000, budget = 60_000, patience = 10 * budget, memory = 512 } = this.#options;
    const thread = startPooledThread({ entry, idle, budget, patience, memory }, () => this.#gone(thread));
    this.#threads.add(thread);
    return thread;
  }

  async #do(thread: PooledThread, { name, input, kept, resolve, reject }: Pending): Promise<void> {
    try {
      resolve(await thread.run(name, input, kept));
    } catch (error) {
      reject(error);
    }
    if (this.#threads.has(thread)) this.#free.push(thread);
    this.#begin();
  }

  #gone(thread: PooledThread): void {
    this.#threads.delete(thread);
    const at = this.#free.indexOf(thread);
    if (at >= 0) this.#free.splice(at, 1);
    this.#begin();
  }
}
