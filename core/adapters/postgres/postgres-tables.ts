import type { OpenTables, TableArea, Tables } from "@catalyst/ports/tables";
import { portableOnly } from "@catalyst/ports/tables";
import { Kysely, PostgresDialect } from "kysely";
import pg, { type Pool } from "pg";
import { checkDatabase } from "./check-database.ts";
import { raised } from "./failures.ts";
import { migrate } from "./migrate.ts";
import { transaction } from "./transaction.ts";
import { valueTypes } from "./value-types.ts";

export interface PostgresTablesOptions {
  /** `postgres://user:password@host:5432/database`. */
  readonly url: string;
  /** Connections at most; default 10. */
  readonly connections?: number;
  /** Told of a connection that broke while nobody used it; the next one is new. */
  onIdleError(error: Error): void;
}

/** Tables in PostgreSQL; `close` ends the connections. */
export interface PostgresTables extends Tables {
  close(): Promise<void>;
}

/**
 * Opens tables in a PostgreSQL database, which orders text by code point and encodes it in UTF-8. Throws
 * `tables-collation` for another database, and `tables-unavailable`.
 */
export async function postgresTables(options: PostgresTablesOptions): Promise<PostgresTables> {
  const { url, connections = 10 } = options;
  const pool = new pg.Pool({ connectionString: url, max: connections, types: valueTypes });
  pool.on("error", options.onIdleError);
  try {
    await checkDatabase(pool);
  } catch (error) {
    await pool.end();
    throw raised(error);
  }
  return {
    open: (area) => openArea(pool, area),
    close: () => pool.end(),
  };
}

async function openArea<DB>(pool: Pool, area: TableArea): Promise<OpenTables<DB>> {
  // errors are given the port's codes where queries meet the pool
  const dialect = new PostgresDialect({ pool: raising(pool) });
  const query = new Kysely<DB>({ dialect, plugins: [portableOnly] });
  await migrate(pool, query.schema, area);
  return {
    query,
    write: async (changes) => {
      const statements = changes.map(({ query: change, rows }) => ({ ...change.compile(), rows }));
      if (statements.length > 0) await transaction(pool, statements);
    },
  };
}

/** The pool, whose connections throw the port's errors. */
function raising(pool: Pool) {
  return {
    connect: async () => {
      const client = await pool.connect().catch((error: unknown) => {
        throw raised(error);
      });
      return {
        query: async (text: string, values: readonly unknown[]) => {
          try {
            return await client.query(text, [...values]);
          } catch (error) {
            throw raised(error);
          }
        },
        release: () => client.release(),
      };
    },
    end: () => pool.end(),
  } as never;
}
