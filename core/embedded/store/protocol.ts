import type { PostedError } from "@catalyst/base/posted-error";

export type SqlValue = null | number | bigint | string | Uint8Array;

/** A statement by its SQL, which is also the key it is prepared and kept under: constant text, `?` for values. */
export interface Statement {
  readonly sql: string;
  readonly params?: readonly SqlValue[] | undefined;
  /** How many rows it must change; with another number its whole write fails with `store-conflict`. Default: any. */
  readonly changes?: number | undefined;
}

export interface Row {
  readonly [column: string]: SqlValue;
}

/** A table whose rows carry `row_checksum(columns…)` in the column `checksum`. */
export interface CheckedTable {
  readonly table: string;
  readonly columns: readonly string[];
}

/** What the store asks its thread to do. */
export type Command =
  | { readonly kind: "commit"; readonly writes: readonly (readonly Statement[])[] }
  | { readonly kind: "read"; readonly statement: Statement }
  | {
      readonly kind: "define";
      readonly name: string;
      readonly migrations: readonly string[];
      readonly checked: readonly CheckedTable[];
    }
  | { readonly kind: "check" }
  | { readonly kind: "close" };

/** The thread's answer to the command with the same id; id 0 answers the opening itself. */
export interface Answer {
  readonly id: number;
  readonly value?: unknown;
  readonly error?: PostedError | undefined;
}

/** What the thread is started with. */
export interface ThreadData {
  readonly dir: string;
  readonly maxBytes: number | undefined;
}
