import type { Store } from "@catalyst/embedded-store";
import type { ConsumeOptions, Delivery, Sequence } from "@catalyst/ports/events";
import { damaged, onStore } from "./failures.ts";
import type { EventLog, LoggedEvent } from "./log.ts";

const defaultWindow = 256;

/** One durable consumer: its position, and who receives under its name now. */
export class Consumer {
  readonly #store: Store;
  readonly #log: EventLog;
  readonly #name: string;
  /** Everything up to here is done; undefined until read. */
  #position: Sequence | undefined;
  /** Deliveries by sequence of what isn't done yet, as far as this process made them. */
  readonly #delivered = new Map<Sequence, number>();
  /** The end of the line of those who want to receive. */
  #turn: Promise<void> = Promise.resolve();

  constructor(store: Store, log: EventLog, name: string) {
    this.#store = store;
    this.#log = log;
    this.#name = name;
  }

  async *consume(options: ConsumeOptions): AsyncGenerator<Delivery> {
    const before = this.#turn;
    let pass: (() => void) | undefined;
    this.#turn = new Promise((resolve) => {
      pass = () => resolve();
    });
    const { signal } = options;
    try {
      await Promise.race([before, aborted(signal)]);
      if (!signal.aborted) yield* this.#receive(options);
    } finally {
      // who leaves the line early doesn't let the next one in before its turn
      void before.then(pass);
    }
  }

  async *#receive({
    filter,
    from,
    window = defaultWindow,
    signal,
  }: ConsumeOptions): AsyncGenerator<Delivery> {
    const start = await this.#start(from);
    const run = { open: [] as Sequence[], cursor: start, changed: () => {} };
    while (!signal.aborted) {
      const { events, through } = await this.#log.after(run.cursor, filter);
      for (const event of events) {
        while (run.open.length >= window && !signal.aborted) await this.#acknowledged(run, signal);
        if (signal.aborted) return;
        run.cursor = event.sequence;
        run.open.push(event.sequence);
        yield this.#delivery(event, run);
      }
      run.cursor = Math.max(run.cursor, through);
      await this.#log.grown(run.cursor, filter, signal);
    }
  }

  #delivery(event: LoggedEvent, run: { open: Sequence[]; cursor: Sequence; changed: () => void }): Delivery {
    const redeliveries = this.#delivered.get(event.sequence) ?? 0;
    this.#delivered.set(event.sequence, redeliveries + 1);
    const ack = async () => {
      run.open = run.open.filter((sequence) => sequence > event.sequence);
      // with nothing open, what was skipped as not matching is done as well
      await this.#advance(run.open.length === 0 ? Math.max(event.sequence, run.cursor) : event.sequence);
      run.changed();
    };
    return { ...event, redeliveries, ack };
  }

  #acknowledged(run: { changed: () => void }, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        signal.removeEventListener("abort", done);
        resolve();
      };
      signal.addEventListener("abort", done, { once: true });
      run.changed = done;
    });
  }

  async #start(from: Sequence | undefined): Promise<Sequence> {
    if (this.#position !== undefined) return this.#position;
    const sql =
      "SELECT position, checksum = row_checksum(name, position) AS intact FROM events_consumers WHERE name = ?";
    const [row] = await onStore(this.#store.read(sql, [this.#name]));
    if (row !== undefined && row["intact"] !== 1) throw damaged(`the position of ${this.#name}`);
    if (row === undefined) await this.#advance((from ?? 1) - 1);
    else this.#position = Number(row["position"]);
    return this.#position ?? 0;
  }

  async #advance(position: Sequence): Promise<void> {
    if (this.#position !== undefined && position <= this.#position) return;
    const sql = `INSERT INTO events_consumers VALUES (?1, ?2, row_checksum(?1, ?2)) ON CONFLICT (name)
      DO UPDATE SET position = ?2, checksum = row_checksum(?1, ?2) WHERE position < ?2`;
    await onStore(this.#store.write([{ sql, params: [this.#name, position] }]));
    this.#position = Math.max(this.#position ?? 0, position);
    for (const sequence of this.#delivered.keys()) if (sequence <= position) this.#delivered.delete(sequence);
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}
