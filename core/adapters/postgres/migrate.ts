import { CatalystError } from "@catalyst/base/errors";
import type { TableArea } from "@catalyst/ports/tables";
import type { SchemaModule } from "kysely";
import type { Pool } from "pg";
import { withTransaction } from "./transaction.ts";

/** Any number: who holds it migrates. */
const lock = 4_207_118_233;

/** Runs the migrations of an area that weren't run yet, one process at a time, all or none. */
export function migrate(pool: Pool, schema: SchemaModule, { name, migrations }: TableArea): Promise<void> {
  return withTransaction(pool, async (client) => {
    await client.query("SELECT pg_advisory_xact_lock($1)", [lock]);
    await client.query(
      "CREATE TABLE IF NOT EXISTS catalyst_areas (name text PRIMARY KEY, version integer NOT NULL)",
    );
    const { rows } = await client.query("SELECT version FROM catalyst_areas WHERE name = $1", [name]);
    const version = Number(rows[0]?.version ?? 0);
    if (version > migrations.length) {
      throw new CatalystError("tables-newer", `the tables of ${name} were made by a newer Catalyst`, {
        hint: "Start that version.",
      });
    }
    for (const migration of migrations.slice(version))
      for (const statement of migration(schema)) await client.query(statement.compile().sql);
    await client.query(
      "INSERT INTO catalyst_areas VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET version = $2",
      [name, migrations.length],
    );
  });
}
