import { CatalystError } from "@catalyst/base/errors";
import type { SqlValue, Statement, Store } from "@catalyst/embedded-store";
import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  SelectQueryNode,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from "kysely";
import { onStore } from "./failures.ts";

/**
 * Kysely over the store of the data folder: SQLite's language, the store's thread. There is no connection beside
 * the store's own, so every write shares its commits, checksums and tail.
 */
export function storeDialect(store: Store): Dialect {
  const driver = storeDriver(store);
  return {
    createDriver: () => driver,
    createQueryCompiler: () => new SqliteQueryCompiler(),
    createAdapter: () => new SqliteAdapter(),
    createIntrospector: (db) => new SqliteIntrospector(db),
  };
}

function storeDriver(store: Store): Driver {
  const connection: DatabaseConnection = {
    executeQuery: async <R>(query: CompiledQuery) => {
      const statement = statementOf(query);
      if (SelectQueryNode.is(query.query))
        return { rows: (await onStore(store.read(statement.sql, statement.params))) as R[] };
      const [changed = 0] = await onStore(store.write([statement]));
      return { rows: [], numAffectedRows: BigInt(changed) };
    },
    // biome-ignore lint/correctness/useYield: it is refused before it begins
    streamQuery: async function* () {
      throw new CatalystError("tables-statement", "results aren't streamed");
    },
  };
  const noTransaction = async () => {
    throw new CatalystError("tables-statement", "a transaction is one write of all its changes");
  };
  const nothing = async () => undefined;
  return {
    init: nothing,
    acquireConnection: async () => connection,
    releaseConnection: nothing,
    beginTransaction: noTransaction,
    commitTransaction: noTransaction,
    rollbackTransaction: noTransaction,
    destroy: nothing,
  };
}

/** A compiled query as the store takes it. */
export function statementOf({ sql, parameters }: CompiledQuery): Statement {
  return { sql, params: parameters.map(sqlValue) };
}

function sqlValue(value: unknown): SqlValue {
  if (value === null || typeof value === "string" || typeof value === "number" || typeof value === "bigint")
    return value;
  if (value instanceof Uint8Array) return value;
  throw new CatalystError("tables-statement", `a ${typeof value} isn't a value of a table`);
}
