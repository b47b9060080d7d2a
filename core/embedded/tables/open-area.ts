import type { Store } from "@catalyst/embedded-store";
import { type OpenTables, portableOnly, type TableArea } from "@catalyst/ports/tables";
import { Kysely } from "kysely";
import { checkedTable, withChecksums } from "./checksum.ts";
import { statementOf, storeDialect } from "./dialect.ts";
import { onStore } from "./failures.ts";

/** Brings an area's tables to their newest form and gives the way to them. */
export async function openArea<DB>(store: Store, area: TableArea): Promise<OpenTables<DB>> {
  const query = new Kysely<DB>({ dialect: storeDialect(store), plugins: [portableOnly] });
  await define(store, query.withPlugin(withChecksums), area);
  return {
    query,
    write: async (changes) => {
      const statements = changes.map((change) => ({
        ...statementOf(change.query.compile()),
        changes: change.rows,
      }));
      if (statements.length > 0) await onStore(store.write(statements));
    },
  };
}

async function define<DB>(
  store: Store,
  { schema }: Kysely<DB>,
  { name, migrations }: TableArea,
): Promise<void> {
  const steps = migrations.map((migration) => migration(schema).map((statement) => statement.compile()));
  await onStore(
    store.define({
      name: `tables-${name}`,
      migrations: steps.map((step) => step.map(({ sql }) => sql).join(";\n")),
      checked: steps.flat().flatMap(({ query }) => checkedTable(query) ?? []),
    }),
  );
}
