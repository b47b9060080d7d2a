import type { Migration, TableArea } from "@catalyst/ports/tables";

/** An operation as its table holds it. */
export interface OperationRow {
  readonly id: string;
  readonly kind: string;
  readonly organization: string;
  readonly environment: string | null;
  readonly application: string | null;
  readonly user_name: string;
  readonly commit_id: string | null;
  /** RFC 3339. */
  readonly started_at: string;
}

export interface OperationTables {
  readonly operations_begun: OperationRow;
}

const begin: Migration = (schema) => [
  schema
    .createTable("operations_begun")
    .addColumn("id", "text", (column) => column.primaryKey().notNull())
    .addColumn("kind", "text", (column) => column.notNull())
    .addColumn("organization", "text", (column) => column.notNull())
    .addColumn("environment", "text")
    .addColumn("application", "text")
    .addColumn("user_name", "text", (column) => column.notNull())
    .addColumn("commit_id", "text")
    .addColumn("started_at", "text", (column) => column.notNull()),
  schema.createIndex("operations_begun_started_at").on("operations_begun").column("started_at"),
];

/** The tables of operations. */
export const operationArea: TableArea = { name: "operations", migrations: [begin] };
