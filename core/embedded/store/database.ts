import { createHash } from "node:crypto";
import { join } from "node:path";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import { crc32 } from "node:zlib";
import { CatalystError, errorMessage } from "@catalyst/base/errors";
import { damaged, full, openFailure, resultCode } from "./failures.ts";
import { type FolderLock, lockFolder } from "./folder-lock.ts";
import type { CheckedTable, Row, SqlValue, Statement } from "./protocol.ts";
import { openTail, type TailFile, type TailRecord } from "./tail.ts";
import { verifyTail } from "./verify.ts";

/** Commits whose checksums are kept, to compare with the tail file; the file is at most one commit behind. */
const keptCommits = 64;

/** Prepared statements kept: most texts are constant, and those of a query builder vary without end. */
const keptStatements = 1000;

/** What one write of a group came to: the changed rows of each statement, or why it alone failed. */
type WriteOutcome = readonly number[] | CatalystError;

/** The SQLite database of a data folder, as its thread sees it: everything here is synchronous. */
export class Database {
  readonly #path: string;
  readonly #lock: FolderLock;
  readonly #sqlite: DatabaseSync;
  readonly #tail: TailFile;
  readonly #prepared = new Map<string, StatementSync>();
  #last: TailRecord;
  #failure: CatalystError | undefined;

  constructor(dir: string, maxBytes: number | undefined) {
    this.#lock = lockFolder(dir);
    this.#path = join(dir, "store.db");
    const tail = join(dir, "store.tail");
    try {
      this.#last = verifyTail(this.#path, tail);
      this.#tail = openTail(tail, this.#last);
      this.#sqlite = new DatabaseSync(this.#path);
      this.#prepare(maxBytes);
    } catch (error) {
      this.#lock.release();
      throw openFailure(this.#path, error);
    }
  }

  /** Does a group of writes in one transaction and makes it durable; throws when none of it was done. */
  commit(writes: readonly (readonly Statement[])[]): WriteOutcome[] {
    if (this.#failure !== undefined) throw this.#failure;
    const record = this.#next(writes);
    let outcomes: WriteOutcome[];
    try {
      outcomes = this.#transaction(() => {
        const done = this.#runAll(writes);
        this.#statement(
          "INSERT OR REPLACE INTO store_commits (slot, sequence, checksum) VALUES (?, ?, ?)",
        ).run(record.sequence % keptCommits, record.sequence, record.checksum);
        return done;
      });
    } catch (error) {
      throw this.#translated(error);
    }
    this.#acknowledge(record);
    return outcomes;
  }

  read({ sql, params = [] }: Statement): Row[] {
    try {
      return this.#statement(sql).all(...params) as unknown as Row[];
    } catch (error) {
      throw this.#translated(error);
    }
  }

  define(name: string, migrations: readonly string[], checked: readonly CheckedTable[]): void {
    const [row] = this.read({ sql: "SELECT version FROM store_areas WHERE name = ?", params: [name] });
    const version = Number(row?.["version"] ?? 0);
    if (version > migrations.length) {
      throw new CatalystError("store-newer", `the data of ${name} were written by a newer Catalyst`, {
        place: { file: this.#path },
        hint: "Start that version, or choose another folder.",
      });
    }
    const remember = this.#statement(
      "INSERT OR REPLACE INTO store_areas (name, version, checked) VALUES (?, ?, ?)",
    );
    try {
      this.#transaction(() => {
        for (const script of migrations.slice(version)) this.#sqlite.exec(script);
        remember.run(name, migrations.length, JSON.stringify(checked));
      });
    } catch (error) {
      throw this.#translated(error);
    }
  }

  check(): string[] {
    const pages = this.read({ sql: "PRAGMA integrity_check" })
      .map((row) => String(row["integrity_check"]))
      .filter((text) => text !== "ok");
    const areas = this.read({ sql: "SELECT checked FROM store_areas" });
    const rows = areas.flatMap((area) =>
      (JSON.parse(String(area["checked"])) as CheckedTable[]).flatMap(({ table, columns }) =>
        this.read({
          sql: `SELECT rowid AS id FROM ${table} WHERE checksum IS NOT row_checksum(${columns.join(", ")})`,
        }).map((row) => `row ${row["id"]} of ${table} was altered`),
      ),
    );
    return [...pages, ...rows];
  }

  close(): void {
    this.#sqlite.close();
    this.#tail.close();
    this.#lock.release();
  }

  #prepare(maxBytes: number | undefined): void {
    this.#sqlite.function("row_checksum", { deterministic: true, varargs: true }, rowChecksum);
    this.#sqlite.exec(`
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = FULL;
      PRAGMA fullfsync = ON;
      PRAGMA checkpoint_fullfsync = ON;
      PRAGMA foreign_keys = ON;
      CREATE TABLE IF NOT EXISTS store_commits (slot INTEGER PRIMARY KEY, sequence INTEGER, checksum BLOB);
      CREATE TABLE IF NOT EXISTS store_areas (name TEXT PRIMARY KEY, version INTEGER, checked TEXT);
    `);
    if (maxBytes !== undefined) this.#sqlite.exec(`PRAGMA max_page_count = ${Math.ceil(maxBytes / 4096)}`);
  }

  /**
   * First all writes at once; when one of them is at fault, again with a savepoint around each, so that only
   * that one fails. The rare case pays for itself this way.
   */
  #runAll(writes: readonly (readonly Statement[])[]): WriteOutcome[] {
    this.#sqlite.exec("SAVEPOINT everything");
    try {
      return writes.map((statements) => this.#run(statements));
    } catch (error) {
      if (!isStatementError(error)) throw error;
      this.#sqlite.exec("ROLLBACK TO everything");
    }
    return writes.map((statements) => {
      this.#sqlite.exec("SAVEPOINT single");
      try {
        return this.#run(statements);
      } catch (error) {
        if (!isStatementError(error)) throw error;
        this.#sqlite.exec("ROLLBACK TO single");
        return this.#translated(error);
      }
    });
  }

  #run(statements: readonly Statement[]): number[] {
    return statements.map(({ sql, params = [], changes: wanted }) => {
      const changes = Number(this.#statement(sql).run(...params).changes);
      if (wanted === undefined || wanted === changes) return changes;
      throw new CatalystError(
        "store-conflict",
        `a statement was to change ${wanted} rows and met ${changes}`,
      );
    });
  }

  #transaction<T>(work: () => T): T {
    this.#sqlite.exec("BEGIN IMMEDIATE");
    try {
      const result = work();
      this.#sqlite.exec("COMMIT");
      return result;
    } catch (error) {
      if (this.#sqlite.isTransaction) this.#sqlite.exec("ROLLBACK");
      throw error;
    }
  }

  /** The number and checksum of the commit that does `writes`: a chain over everything since the beginning. */
  #next(writes: readonly (readonly Statement[])[]): TailRecord {
    const sequence = this.#last.sequence + 1;
    const hash = createHash("sha256").update(this.#last.checksum).update(String(sequence));
    for (const statements of writes) {
      for (const { sql, params = [] } of statements) {
        hash.update(sql);
        for (const value of params) hash.update(bytesOf(value));
      }
    }
    return { sequence, checksum: hash.digest() };
  }

  /** Past this point the group is committed; if it can't be recorded as such, nothing may be answered again. */
  #acknowledge(record: TailRecord): void {
    this.#last = record;
    try {
      this.#tail.write(record);
    } catch (error) {
      throw this.#fail(error);
    }
  }

  #fail(cause: unknown): CatalystError {
    this.#failure = new CatalystError(
      "store-failed",
      `${this.#path} can't be written: ${errorMessage(cause)}`,
      {
        place: { file: this.#path },
        hint: "Look at the disk, then start Catalyst again.",
      },
    );
    return this.#failure;
  }

  #translated(error: unknown): CatalystError {
    if (error instanceof CatalystError) return error;
    switch (resultCode(error)) {
      case 13:
        return full(this.#path);
      case 11:
      case 26:
        return damaged(this.#path, errorMessage(error));
      case 10:
        return this.#fail(error);
      default:
        return new CatalystError("store-statement", `a statement failed: ${errorMessage(error)}`);
    }
  }

  #statement(sql: string): StatementSync {
    let statement = this.#prepared.get(sql);
    if (statement === undefined) {
      statement = this.#sqlite.prepare(sql);
      this.#prepared.set(sql, statement);
      const [oldest] = this.#prepared.keys();
      if (this.#prepared.size > keptStatements && oldest !== undefined) this.#prepared.delete(oldest);
    }
    return statement;
  }
}

/** Whether only the statement is at fault (bad SQL, a constraint, a type), not the disk or the memory. */
function isStatementError(error: unknown): boolean {
  const code = resultCode(error);
  return code === undefined || code === 1 || code === 19 || code === 20 || code === 25;
}

function rowChecksum(...values: SqlValue[]): number {
  return values.reduce((sum: number, value) => crc32(bytesOf(value), sum), 0);
}

/** A value with its type and length, so that moving a boundary between two values changes the sum. */
function bytesOf(value: SqlValue): string | Uint8Array {
  if (value === null) return "n";
  if (typeof value === "string") return `s${value.length}:${value}`;
  if (value instanceof Uint8Array) return Buffer.concat([Buffer.from(`b${value.length}:`), value]);
  return `i${value}`;
}
