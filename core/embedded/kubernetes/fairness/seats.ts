/** A request that waits for seats. */
interface Waiting {
  readonly width: number;
  sit(): void;
}

export interface SeatLimits {
  /** Seats there are. */
  readonly seats: number;
  /** Requests of one flow that may wait; none: what finds no seat is refused. */
  readonly queueLength: number;
}

/** Why a request got no seat. */
export type SeatRefusal = "queue-full" | "time-out" | "gone";

/**
 * The seats of one priority level. What finds none waits in the queue of its flow; the queues are served in
 * turn, so that a flow with many requests delays its own alone.
 */
export class Seats {
  #taken = 0;
  /** In the order they are served next. */
  readonly #queues = new Map<string, Waiting[]>();

  get isIdle(): boolean {
    return this.#taken === 0 && this.#queues.size === 0;
  }

  /**
   * Takes `width` seats for a request of a flow, waiting until `patience` milliseconds are over or the signal
   * aborts. Gives what leaves them, or why there are none.
   */
  async take(
    flow: string,
    width: number,
    limits: SeatLimits,
    patience: number,
    signal: AbortSignal | undefined,
  ): Promise<(() => void) | SeatRefusal> {
    const wide = Math.min(width, limits.seats);
    if (this.#queues.size === 0 && this.#taken + wide <= limits.seats) return this.#seated(wide, limits);
    const queue = this.#queues.get(flow) ?? [];
    if (queue.length >= limits.queueLength) return "queue-full";
    const refusal = await this.#waited(flow, queue, wide, patience, signal);
    return refusal ?? this.#leaving(wide, limits);
  }

  #waited(
    flow: string,
    queue: Waiting[],
    width: number,
    patience: number,
    signal: AbortSignal | undefined,
  ): Promise<SeatRefusal | undefined> {
    return new Promise((resolve) => {
      const done = (refusal: SeatRefusal | undefined) => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", abort);
        resolve(refusal);
      };
      const give = (refusal: SeatRefusal) => {
        const place = queue.indexOf(waiting);
        if (place >= 0) queue.splice(place, 1);
        if (queue.length === 0) this.#queues.delete(flow);
        done(refusal);
      };
      const waiting: Waiting = { width, sit: () => done(undefined) };
      const abort = () => give("gone");
      const timer = setTimeout(() => give("time-out"), patience);
      timer.unref();
      signal?.addEventListener("abort", abort, { once: true });
      queue.push(waiting);
      this.#queues.set(flow, queue);
    });
  }

  #seated(width: number, limits: SeatLimits): () => void {
    this.#taken += width;
    return this.#leaving(width, limits);
  }

  #leaving(width: number, limits: SeatLimits): () => void {
    return () => {
      this.#taken -= width;
      this.#serve(limits);
    };
  }

  /** Seats who waits, one of each flow in turn. A wide request at the head isn't passed by narrow ones. */
  #serve({ seats }: SeatLimits): void {
    for (const [flow, queue] of this.#queues) {
      const [first] = queue as [Waiting];
      if (this.#taken > 0 && this.#taken + first.width > seats) return;
      this.#taken += first.width;
      queue.shift();
      this.#queues.delete(flow);
      if (queue.length > 0) this.#queues.set(flow, queue);
      first.sit();
    }
  }
}
