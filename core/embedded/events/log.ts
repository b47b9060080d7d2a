import type { Clock } from "@catalyst/base/clock";
import { CatalystError } from "@catalyst/base/errors";
import type { Row, Statement, Store } from "@catalyst/embedded-store";
import {
  type CatalystEvent,
  type PublishOptions,
  type Sequence,
  subjectMatches,
} from "@catalyst/ports/events";
import { conflict, damaged, onStore } from "./failures.ts";
import { isExactRange, subjectRange } from "./subject-range.ts";

/** An event with its place in the log. */
export interface LoggedEvent {
  readonly sequence: Sequence;
  readonly subject: string;
  readonly event: CatalystEvent;
}

/** One event to publish. */
export interface NewEvent extends PublishOptions {
  readonly subject: string;
  readonly event: CatalystEvent;
}

/** How long events are kept: whichever bound is reached first. */
export interface Retention {
  readonly events: number;
  readonly milliseconds: number;
}

/** Someone who wants to know of the next event that a filter matches. */
interface Waiting {
  readonly filter: string;
  wake(): void;
}

/** Largest event, as JSON: 1 MiB, as NATS' default. */
const sizeLimit = 1024 * 1024;

/** Newest events kept in memory, so that consumers who keep up don't read the database. */
const recentLimit = 4096;

/** Rows read or deleted in one statement, so that one of them can't hold up a commit for long. */
const pageSize = 500;

/** Events published between two looks at the retention. */
const pruneEvery = 1000;

const insert = `INSERT INTO events_log
  SELECT ?1, ?2, ?3, ?4, ?5, row_checksum(?1, ?2, ?3, ?4, ?5)
  WHERE ?6 IS NULL OR ?6 = (SELECT coalesce(max(sequence), 0) FROM events_log WHERE subject = ?2)
  ON CONFLICT (dedup) DO NOTHING`;

const intact = "checksum = row_checksum(sequence, subject, dedup, event, at) AS intact";

/**
 * The append-only log. Sequences are given out in the order of the calls, which is the order of the commits; one
 * whose write fails or turns out to be a repetition is left out.
 */
export class EventLog {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #retention: Retention;
  #next: Sequence;
  #last: Sequence;
  /** Committed events with a sequence above `#recentAfter`, oldest first. */
  #recent: LoggedEvent[] = [];
  #recentAfter: Sequence;
  #waiting: Waiting[] = [];
  #unpruned = 0;

  private constructor(store: Store, clock: Clock, retention: Retention, last: Sequence) {
    this.#store = store;
    this.#clock = clock;
    this.#retention = retention;
    this.#next = last + 1;
    this.#last = last;
    this.#recentAfter = last;
  }

  /** Opens the log and checks its newest events. Throws `events-damaged`. */
  static async open(store: Store, clock: Clock, retention: Retention): Promise<EventLog> {
    const [row] = await onStore(store.read("SELECT seq FROM sqlite_sequence WHERE name = 'events_log'"));
    const tail = `SELECT sequence, ${intact} FROM events_log ORDER BY sequence DESC LIMIT ${pageSize}`;
    for (const checked of await onStore(store.read(tail))) checkIntact(checked);
    const log = new EventLog(store, clock, retention, Number(row?.["seq"] ?? 0));
    await log.#prune();
    return log;
  }

  /** The newest committed event's sequence. */
  get last(): Sequence {
    return this.#last;
  }

  /** Appends all or none of the events; a repeated one answers where it stood first. */
  async append(events: readonly NewEvent[]): Promise<readonly Sequence[]> {
    const at = this.#clock.now();
    const made = events.map((each) => ({
      ...each,
      sequence: this.#next++,
      dedup: each.dedupId ?? each.event.id,
    }));
    const changes = await onStore(this.#store.write(made.map((each) => insertion(each, at))));
    const added = made.filter((_each, index) => changes[index] === 1);
    for (const { sequence, subject, event } of added) this.#remember({ sequence, subject, event });
    this.#wake(added);
    this.#unpruned += added.length;
    if (this.#unpruned >= pruneEvery) void this.#prune().catch(() => undefined);
    return Promise.all(made.map((each, index) => (changes[index] === 1 ? each.sequence : this.#first(each))));
  }

  /** At most a page of events after a sequence; `through` is how far the log was searched. */
  async after(
    sequence: Sequence,
    filter: string,
  ): Promise<{ readonly events: readonly LoggedEvent[]; readonly through: Sequence }> {
    if (sequence >= this.#recentAfter) {
      const found = this.#recent.slice(firstAfter(this.#recent, sequence));
      return { events: found.filter((each) => subjectMatches(filter, each.subject)), through: this.#last };
    }
    const through = this.#last;
    const { from, to } = subjectRange(filter);
    const rows = await onStore(
      this.#store.read(
        `SELECT sequence, subject, event, ${intact} FROM events_log
         WHERE sequence > ? AND sequence <= ? AND subject >= ? AND subject < ? ORDER BY sequence LIMIT ${pageSize}`,
        [sequence, through, from, to],
      ),
    );
    const events = rows.map(toLogged).filter((each) => subjectMatches(filter, each.subject));
    return { events, through: rows.length < pageSize ? through : Number(rows.at(-1)?.["sequence"]) };
  }

  /** Resolves when what the filter matches is published after `sequence`, or when the signal aborts. */
  grown(sequence: Sequence, filter: string, signal: AbortSignal): Promise<void> {
    if (this.#last > sequence || signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const waiting = {
        filter,
        wake: () => {
          signal.removeEventListener("abort", abort);
          resolve();
        },
      };
      const abort = () => {
        this.#waiting = this.#waiting.filter((each) => each !== waiting);
        resolve();
      };
      signal.addEventListener("abort", abort, { once: true });
      this.#waiting.push(waiting);
    });
  }

  async purge(filter: string): Promise<void> {
    const { from, to } = subjectRange(filter);
    const range = "subject >= ? AND subject < ?";
    const drop = async (condition: string, params: readonly string[]) => {
      const sql = `DELETE FROM events_log WHERE sequence IN
        (SELECT sequence FROM events_log WHERE ${condition} LIMIT ${pageSize})`;
      while (((await onStore(this.#store.write([{ sql, params }])))[0] ?? 0) > 0);
    };
    if (isExactRange(filter)) await drop(range, [from, to]);
    else {
      const rows = await onStore(
        this.#store.read(`SELECT DISTINCT subject FROM events_log WHERE ${range}`, [from, to]),
      );
      const subjects = rows
        .map((row) => String(row["subject"]))
        .filter((subject) => subjectMatches(filter, subject));
      for (const subject of subjects) await drop("subject = ?", [subject]);
    }
    this.#recent = this.#recent.filter((each) => !subjectMatches(filter, each.subject));
  }

  #remember(event: LoggedEvent): void {
    this.#last = event.sequence;
    this.#recent.push(event);
    if (this.#recent.length < 2 * recentLimit) return;
    const dropped = this.#recent.splice(0, recentLimit);
    this.#recentAfter = dropped.at(-1)?.sequence ?? this.#recentAfter;
  }

  #wake(added: readonly NewEvent[]): void {
    if (added.length === 0 || this.#waiting.length === 0) return;
    const still: Waiting[] = [];
    const subjects = [...new Set(added.map(({ subject }) => subject))];
    for (const waiting of this.#waiting) {
      if (subjects.some((subject) => subjectMatches(waiting.filter, subject))) waiting.wake();
      else still.push(waiting);
    }
    this.#waiting = still;
  }

  /** Where a repeated event stands; a conflict when it isn't one. */
  async #first({ subject, dedup, expectedLast }: NewEvent & { readonly dedup: string }): Promise<Sequence> {
    const [row] = await onStore(this.#store.read("SELECT sequence FROM events_log WHERE dedup = ?", [dedup]));
    if (row !== undefined) return Number(row["sequence"]);
    throw conflict(`${subject} isn't at ${expectedLast}`, { subject, expectedLast });
  }

  /** Drops what the retention no longer keeps. */
  async #prune(): Promise<void> {
    this.#unpruned = 0;
    const oldest = this.#clock.now() - this.#retention.milliseconds;
    const [bound] = await onStore(
      this.#store.read("SELECT sequence FROM events_log ORDER BY sequence DESC LIMIT 1 OFFSET ?", [
        this.#retention.events,
      ]),
    );
    const sql = `DELETE FROM events_log WHERE sequence IN (
      SELECT sequence FROM events_log WHERE sequence <= ? OR at < ? ORDER BY sequence LIMIT ${pageSize})`;
    const params = [Number(bound?.["sequence"] ?? 0), oldest];
    while (((await onStore(this.#store.write([{ sql, params }])))[0] ?? 0) === pageSize);
  }
}

function insertion(
  {
    sequence,
    subject,
    event,
    dedup,
    expectedLast,
  }: NewEvent & { readonly sequence: number; readonly dedup: string },
  at: number,
): Statement {
  if (!/^[A-Za-z0-9_=-]+(\.[A-Za-z0-9_=-]+)*$/.test(subject)) {
    throw new CatalystError("event-subject-invalid", `${JSON.stringify(subject)} is not a subject`, {
      hint: "Make it with subjectOf.",
    });
  }
  const text = JSON.stringify(event);
  if (text.length > sizeLimit) {
    throw new CatalystError("events-too-large", `an event for ${subject} is larger than ${sizeLimit} bytes`);
  }
  return { sql: insert, params: [sequence, subject, dedup, text, at, expectedLast ?? null] };
}

/** The index of the first event after a sequence, by halving. */
function firstAfter(events: readonly LoggedEvent[], sequence: Sequence): number {
  let low = 0;
  for (let high = events.length; low < high; ) {
    const middle = (low + high) >> 1;
    if ((events[middle]?.sequence ?? 0) > sequence) high = middle;
    else low = middle + 1;
  }
  return low;
}

function toLogged(row: Row): LoggedEvent {
  checkIntact(row);
  return {
    sequence: Number(row["sequence"]),
    subject: String(row["subject"]),
    event: JSON.parse(String(row["event"])) as CatalystEvent,
  };
}

function checkIntact(row: Row): void {
  if (row["intact"] !== 1) throw damaged(`event ${row["sequence"]}`);
}
