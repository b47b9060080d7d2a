import type { Compilable, QueryCreator, SchemaModule } from "kysely";

/**
 * One step of an area's tables: the statements that make, index or drop them, run once and in order. It is never
 * changed afterwards, only followed by another. Columns are `text` or `bigint` (safe integers); a table isn't
 * altered but made anew and copied. Table names begin with the area's.
 */
export type Migration = (schema: SchemaModule) => readonly Compilable[];

/** The tables of one part of the control plane. */
export interface TableArea {
  /** Snake case, unique in the database. */
  readonly name: string;
  readonly migrations: readonly Migration[];
}

/** One statement of a write. */
export interface Change {
  /** An insert, update or delete made by `query`. */
  readonly query: Compilable;
  /** How many rows it must change; another number fails the whole write with `tables-conflict`. Default: any. */
  readonly rows?: number | undefined;
}

/** An area's tables, open. */
export interface OpenTables<DB> {
  /**
   * Builds queries and runs single ones. What it reads is committed, what it writes is durable. Integers come
   * back as numbers, texts are ordered by code point. RETURNING and streaming aren't had everywhere and are
   * refused with `tables-statement`.
   */
  readonly query: QueryCreator<DB>;
  /**
   * Does all changes or none; durable once it resolves. Nothing can be read in between: what a change rests on is
   * read before and guarded by a condition and the number of rows, as with every compare-and-swap here.
   */
  write(changes: readonly Change[]): Promise<void>;
}

/**
 * Relational data, in SQL. Errors: `tables-conflict` (a guarded change found something else), `tables-statement`
 * (the statement itself was refused: a constraint, a type, bad SQL), `tables-newer` (made by a newer Catalyst),
 * `tables-full`, `tables-damaged`, `tables-unavailable`.
 */
export interface Tables {
  /** Brings an area's tables to their newest form. Idempotent, also from several processes at once. */
  open<DB>(area: TableArea): Promise<OpenTables<DB>>;
}
