import type { Worker } from "node:worker_threads";
import { CatalystError } from "@catalyst/base/errors";
import { type PostedError, raisedError } from "@catalyst/base/posted-error";
import type { Answer, CheckedTable, Command, Row, SqlValue, Statement } from "./protocol.ts";
import { startThread } from "./thread-start.ts";

export type { CheckedTable, Row, SqlValue, Statement } from "./protocol.ts";

export interface StoreOptions {
  /** The data folder; made when absent, mode 700. Holds lock.db, store.db (with -wal, -shm) and store.tail. */
  readonly dir: string;
  /** The database grows no larger (bytes, rounded to pages); a write past it fails with `store-full`. Default: none. */
  readonly maxBytes?: number | undefined;
}

/** The tables of one part of the process. */
export interface Area {
  /** Kebab-case, unique in the process; table names start with it. */
  readonly name: string;
  /** SQL scripts run once each, in order, each in one transaction; never changed afterwards, only appended to. */
  readonly migrations: readonly string[];
  /**
   * Tables with a `checksum` column, filled by `row_checksum(column, …)` in every insert and update: what
   * finds a flipped bit that SQLite doesn't notice.
   */
  readonly checked?: readonly CheckedTable[] | undefined;
}

/**
 * The durable store of one data folder: a SQLite database on a thread of its own.
 *
 * Writes are grouped: all that arrive while a commit is under way share the next one, in the order of the
 * calls, and each is all or nothing by itself. A read sees exactly what is committed. The SQL function
 * `row_checksum(value, …)` is at hand everywhere.
 *
 * Errors: `store-full` (disk or `maxBytes`; nothing written, later writes may succeed), `store-statement`
 * (that write alone failed), `store-conflict` (so did this one: a statement met another number of rows than it
 * must), `store-failed` (the disk or the thread failed; nothing more is written until a new start),
 * `store-damaged`, `store-closed`.
 */
export interface Store {
  readonly dir: string;
  /** Brings an area's tables to their newest form. Idempotent. */
  define(area: Area): Promise<void>;
  /** Resolves once durable, with the number of rows each statement changed. */
  write(statements: readonly Statement[]): Promise<readonly number[]>;
  /** Gives all rows. Large results are the caller's to page. */
  read<R extends Row = Row>(sql: string, params?: readonly SqlValue[]): Promise<R[]>;
  /** Reads everything back and names what is damaged; empty when all is well. Slow on a large store. */
  check(): Promise<readonly string[]>;
  /** Finishes the writes accepted before, then frees the folder. */
  close(): Promise<void>;
}

/** Writes of one group at most, so that one commit can't hold up the next for long. */
const groupLimit = 1024;

interface PendingWrite {
  readonly statements: readonly Statement[];
  resolve(changes: readonly number[]): void;
  reject(error: unknown): void;
}

/**
 * Opens the store of a data folder and takes the folder's lock.
 *
 * Throws `store-locked` (another process, or another store of this one, has the folder), `store-damaged`
 * (acknowledged writes are missing or altered; nothing was changed), `store-unusable` (the folder can't be
 * made or written).
 */
export async function openStore(options: StoreOptions): Promise<Store> {
  const worker = await startThread(options);
  return new ThreadStore(options.dir, worker);
}

class ThreadStore implements Store {
  readonly dir: string;
  readonly #worker: Worker;
  readonly #calls = new Map<number, { resolve(value: unknown): void; reject(error: unknown): void }>();
  #lastCall = 0;
  #queue: PendingWrite[] = [];
  #scheduled = false;
  #committing = false;
  #closed: CatalystError | undefined;
  #idle: (() => void) | undefined;

  constructor(dir: string, worker: Worker) {
    this.dir = dir;
    this.#worker = worker;
    worker.on("message", (answer: Answer) => this.#answered(answer));
    worker.on("error", (error) => this.#fail(error));
    worker.on("exit", () => this.#fail(undefined));
    worker.unref();
  }

  write(statements: readonly Statement[]): Promise<readonly number[]> {
    if (this.#closed !== undefined) return Promise.reject(this.#closed);
    return new Promise((resolve, reject) => {
      this.#queue.push({ statements, resolve, reject });
      this.#schedule();
    });
  }

  async read<R extends Row = Row>(sql: string, params: readonly SqlValue[] = []): Promise<R[]> {
    return (await this.#call({ kind: "read", statement: { sql, params } })) as R[];
  }

  async define(area: Area): Promise<void> {
    const { name, migrations, checked = [] } = area;
    await this.#call({ kind: "define", name, migrations, checked });
  }

  async check(): Promise<readonly string[]> {
    return (await this.#call({ kind: "check" })) as string[];
  }

  async close(): Promise<void> {
    if (this.#closed !== undefined) return;
    if (this.#committing || this.#queue.length > 0) {
      await new Promise<void>((resolve) => {
        this.#idle = resolve;
      });
    }
    const done = this.#call({ kind: "close" });
    this.#closed = new CatalystError("store-closed", "the store is closed");
    await done;
    await this.#worker.terminate();
  }

  /** Waits for the end of the tick's work, so that everything it writes is one group. */
  #schedule(): void {
    if (this.#scheduled || this.#committing) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      void this.#commit();
    });
  }

  async #commit(): Promise<void> {
    this.#committing = true;
    while (this.#queue.length > 0) {
      const group = this.#queue.splice(0, groupLimit);
      try {
        const outcomes = (await this.#call({
          kind: "commit",
          writes: group.map((write) => write.statements),
        })) as GroupOutcome;
        group.forEach((write, index) => {
          const outcome = outcomes[index]!;
          if (isFailure(outcome)) write.reject(raisedError(outcome));
          else write.resolve(outcome);
        });
      } catch (error) {
        for (const write of group) write.reject(error);
      }
    }
    this.#committing = false;
    this.#idle?.();
  }

  #call(command: Command): Promise<unknown> {
    if (this.#closed !== undefined) return Promise.reject(this.#closed);
    return new Promise((resolve, reject) => {
      const id = ++this.#lastCall;
      this.#calls.set(id, { resolve, reject });
      if (this.#calls.size === 1) this.#worker.ref();
      this.#worker.postMessage({ id, command });
    });
  }

  #answered(answer: Answer): void {
    const call = this.#calls.get(answer.id);
    this.#calls.delete(answer.id);
    if (this.#calls.size === 0) this.#worker.unref();
    if (answer.error !== undefined) call?.reject(raisedError(answer.error));
    else call?.resolve(answer.value);
  }

  #fail(cause: unknown): void {
    this.#closed ??= new CatalystError("store-failed", `the store of ${this.dir} stopped working`, {
      cause,
      hint: "Start Catalyst again.",
    });
    for (const call of this.#calls.values()) call.reject(this.#closed);
    this.#calls.clear();
    for (const write of this.#queue.splice(0)) write.reject(this.#closed);
  }
}

/** One outcome per write of a group. */
type GroupOutcome = readonly (readonly number[] | PostedError)[];

function isFailure(outcome: readonly number[] | PostedError): outcome is PostedError {
  return !Array.isArray(outcome);
}
