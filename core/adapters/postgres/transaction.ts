import { CatalystError } from "@catalyst/base/errors";
import type { Pool, PoolClient } from "pg";
import { raised } from "./failures.ts";

/** A statement of a transaction and how many rows it must change, when that matters. */
export interface TransactionStatement {
  readonly sql: string;
  readonly parameters: readonly unknown[];
  readonly rows?: number | undefined;
}

/** Does all statements or none. Throws the port's errors, `tables-conflict` among them. */
export function transaction(pool: Pool, statements: readonly TransactionStatement[]): Promise<void> {
  return withTransaction(pool, async (client) => {
    for (const { sql, parameters, rows } of statements) {
      const { rowCount } = await client.query(sql, [...parameters]);
      if (rows !== undefined && rowCount !== rows)
        throw new CatalystError(
          "tables-conflict",
          `a statement was to change ${rows} rows and met ${rowCount}`,
        );
    }
  });
}

/** Runs work in one transaction on a connection of its own. Throws the port's errors. */
export async function withTransaction(
  pool: Pool,
  work: (client: PoolClient) => Promise<void>,
): Promise<void> {
  const client = await pool.connect().catch((error: unknown) => {
    throw raised(error);
  });
  let broken: Error | undefined;
  try {
    await client.query("BEGIN");
    await work(client);
    await client.query("COMMIT");
  } catch (error) {
    await client.query("ROLLBACK").catch((failure: Error) => {
      broken = failure;
    });
    throw raised(error);
  } finally {
    // a connection that can't even roll back isn't used again
    client.release(broken);
  }
}
