import { Worker } from "node:worker_threads";
import { CatalystError, errorMessage } from "@catalyst/base/errors";
import { raisedError } from "@catalyst/base/posted-error";
import type { Answer, Order } from "./protocol.ts";

export interface PooledThreadOptions {
  readonly entry: URL;
  /** Milliseconds without work after which it ends. */
  readonly idle: number;
  /** Milliseconds of a processor that one job may take. */
  readonly budget: number;
  /** Milliseconds after which a job is ended whatever it did in them. */
  readonly patience: number;
  /** MiB of objects it may hold. */
  readonly memory: number;
}

/** What a thread is remembered to have kept; more is forgotten, and costs a job nothing but speed. */
const keptLimit = 64;

/** One thread of a pool. It does one job at a time, and ends by itself when it has had none for a while. */
export interface PooledThread {
  /** Does a job. Throws as `Threads.run`. */
  run(name: string, input: unknown, kept: string | undefined): Promise<unknown>;
  /** Tells whether one of its jobs had this. */
  has(kept: string): boolean;
  /** Ends it; a job under way is rejected with the reason. */
  end(reason: CatalystError | undefined): Promise<void>;
}

interface Call {
  readonly name: string;
  /** Ends it when patience is over. */
  readonly limit: NodeJS.Timeout;
  /** Milliseconds of a processor that the thread had had before. */
  readonly used: Promise<number>;
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

/** Starts a thread; `gone` is called once it does no more jobs, whatever the reason. */
export function startPooledThread(options: PooledThreadOptions, gone: () => void): PooledThread {
  return new WorkerThread(options, gone);
}

class WorkerThread implements PooledThread {
  readonly #options: PooledThreadOptions;
  readonly #worker: Worker;
  readonly #kept = new Set<string>();
  readonly #gone: () => void;
  #call: Call | undefined;
  #timer: NodeJS.Timeout | undefined;
  #ended = false;

  constructor(options: PooledThreadOptions, gone: () => void) {
    this.#options = options;
    this.#gone = gone;
    this.#worker = new Worker(options.entry, {
      name: "job",
      resourceLimits: { maxOldGenerationSizeMb: options.memory },
    });
    this.#worker.on("message", (answer: Answer) => this.#answered(answer));
    this.#worker.on("error", (error) => void this.end(this.#failure(error)));
    this.#worker.on("exit", () => void this.end(this.#failure(undefined)));
    this.#worker.unref();
  }

  run(name: string, input: unknown, kept: string | undefined): Promise<unknown> {
    return new Promise((resolve, reject) => {
      clearTimeout(this.#timer);
      const { budget, patience } = this.#options;
      const limit = setTimeout(() => void this.end(timedOut(name, patience, "")), patience);
      this.#call = { name, limit, used: this.#used(), resolve, reject };
      this.#worker.ref();
      this.#watch(this.#call, budget);
      if (kept !== undefined) this.#remember(kept);
      try {
        this.#worker.postMessage({ name, input } satisfies Order);
      } catch (error) {
        // What can't be copied is the caller's mistake; the thread is as it was.
        this.#settle()?.reject(error);
      }
    });
  }

  has(kept: string): boolean {
    return this.#kept.has(kept);
  }

  async end(reason: CatalystError | undefined): Promise<void> {
    if (!this.#ended) {
      this.#ended = true;
      this.#gone();
      const call = this.#settle();
      clearTimeout(this.#timer);
      call?.reject(reason);
    }
    await this.#worker.terminate();
  }

  /** Looks after a while whether a job took more than it may: until then it can't have. */
  #watch(call: Call, after: number): void {
    const { budget } = this.#options;
    this.#timer = setTimeout(async () => {
      const used = (await this.#used()) - (await call.used);
      if (this.#call !== call) return;
      if (used >= budget) await this.end(timedOut(call.name, budget, " of a processor"));
      else this.#watch(call, budget - used);
    }, after);
  }

  /** Milliseconds of a processor that the thread has had; none before it runs. */
  async #used(): Promise<number> {
    try {
      const { user, system } = await this.#worker.cpuUsage();
      return (user + system) / 1000;
    } catch {
      return 0;
    }
  }

  #answered(answer: Answer): void {
    const call = this.#settle();
    if ("error" in answer) call?.reject(raisedError(answer.error));
    else call?.resolve(answer.value);
  }

  /** The call is over; from now on the thread is without work. */
  #settle(): Call | undefined {
    const call = this.#call;
    this.#call = undefined;
    clearTimeout(call?.limit);
    clearTimeout(this.#timer);
    this.#worker.unref();
    this.#timer = setTimeout(() => void this.end(undefined), this.#options.idle).unref();
    return call;
  }

  #remember(kept: string): void {
    this.#kept.delete(kept);
    this.#kept.add(kept);
    const [oldest] = this.#kept;
    if (this.#kept.size > keptLimit && oldest !== undefined) this.#kept.delete(oldest);
  }

  #failure(cause: unknown): CatalystError {
    const doing = this.#call === undefined ? "" : ` while it did "${this.#call.name}"`;
    if ((cause as { code?: string } | undefined)?.code === "ERR_WORKER_OUT_OF_MEMORY") {
      const message = `a thread needed more than ${this.#options.memory} MiB${doing}`;
      return new CatalystError("job-out-of-memory", message, { cause });
    }
    const why = cause === undefined ? "" : `: ${errorMessage(cause)}`;
    return new CatalystError("job-thread-failed", `a thread ended${doing}${why}`, { cause });
  }
}

function timedOut(name: string, limit: number, what: string): CatalystError {
  return new CatalystError("job-timeout", `"${name}" didn't end within ${limit / 1000} s${what}`, {
    hint: "Make what it works on smaller.",
  });
}
