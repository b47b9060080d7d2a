import type { Clock } from "@catalyst/base/clock";
import type { ReconcileRequest } from "./reconciler.ts";

/** Backoff after failures, in milliseconds. */
export const firstBackoff = 200;
export const longestBackoff = 5 * 60_000;

interface Item {
  readonly request: ReconcileRequest;
  failures: number;
  state: "idle" | "queued" | "working" | "working-again";
  /** Aborts the sleep of a later recheck. */
  later: AbortController | undefined;
  /** When that recheck is due. */
  due: number;
}

/**
 * Requests waiting to be worked on: each at most once in the queue and never worked on twice at a time; a
 * request that comes while it is worked on is worked on once more afterwards.
 */
export class WorkQueue {
  readonly #items = new Map<string, Item>();
  readonly #ready: Item[] = [];
  readonly #clock: Clock;
  /** Spreads retries: a number from 0 to 1. */
  readonly #random: () => number;
  readonly #waiting: (() => void)[] = [];
  #closed = false;

  constructor(clock: Clock, random: () => number) {
    this.#clock = clock;
    this.#random = random;
  }

  get length(): number {
    return this.#ready.length;
  }

  /** Asks for work now. */
  add(request: ReconcileRequest): void {
    const item = this.#item(request);
    item.later?.abort();
    item.later = undefined;
    if (item.state === "working") item.state = "working-again";
    if (item.state !== "idle" || this.#closed) return;
    item.state = "queued";
    this.#ready.push(item);
    this.#waiting.shift()?.();
  }

  /** Asks for work after a while, unless it is asked for sooner. */
  addAfter(request: ReconcileRequest, milliseconds: number): void {
    const item = this.#item(request);
    const due = this.#clock.now() + milliseconds;
    if (this.#closed || (item.later !== undefined && item.due <= due)) return;
    item.later?.abort();
    const later = new AbortController();
    item.later = later;
    item.due = due;
    this.#clock.sleep(milliseconds, later.signal).then(
      () => this.add(request),
      () => undefined,
    );
  }

  /** Gives the next request; undefined once the queue is closed. */
  async take(): Promise<ReconcileRequest | undefined> {
    for (;;) {
      if (this.#closed) return undefined;
      const item = this.#ready.shift();
      if (item !== undefined) {
        item.state = "working";
        return item.request;
      }
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  /** Ends the work on a request that succeeded. */
  done(request: ReconcileRequest): void {
    const item = this.#item(request);
    item.failures = 0;
    this.#settle(item);
  }

  /** Ends the work on a request that failed: again after a backoff that doubles, with up to a tenth of jitter. */
  failed(request: ReconcileRequest): number {
    const item = this.#item(request);
    const backoff = Math.min(firstBackoff * 2 ** Math.min(item.failures, 20), longestBackoff);
    item.failures++;
    this.#settle(item);
    const pause = Math.round(backoff * (1 + this.#random() / 10));
    if (item.state === "idle") this.addAfter(request, pause);
    return pause;
  }

  /** Forgets what is queued and wakes everyone who waits. */
  close(): void {
    this.#closed = true;
    for (const item of this.#items.values()) item.later?.abort();
    this.#items.clear();
    this.#ready.length = 0;
    for (const wake of this.#waiting.splice(0)) wake();
  }

  #settle(item: Item): void {
    const again = item.state === "working-again";
    item.state = "idle";
    if (again) this.add(item.request);
    else if (item.failures === 0 && item.later === undefined) this.#items.delete(keyOf(item.request));
  }

  #item(request: ReconcileRequest): Item {
    const key = keyOf(request);
    let item = this.#items.get(key);
    if (item === undefined) {
      item = { request, failures: 0, state: "idle", later: undefined, due: 0 };
      this.#items.set(key, item);
    }
    return item;
  }
}

function keyOf(request: ReconcileRequest): string {
  return `${request.cluster}/${request.namespace ?? ""}/${request.name}`;
}
