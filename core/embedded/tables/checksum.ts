import { CatalystError } from "@catalyst/base/errors";
import {
  AlterTableNode,
  ColumnDefinitionNode,
  CreateTableNode,
  DataTypeNode,
  GeneratedNode,
  type KyselyPlugin,
  type OperationNode,
  RawNode,
} from "kysely";

/** The column by which the store finds a row that was altered on disk. */
const checksum = "checksum";

/**
 * Gives every new table a column that SQLite itself fills with the checksum of the others, at every insert and
 * update: no query has to think of it. A column added later wouldn't be covered, so tables aren't altered.
 */
export const withChecksums: KyselyPlugin = {
  transformQuery: ({ node }) => {
    if (CreateTableNode.is(node)) return CreateTableNode.cloneWithColumn(node, checksumColumn(node));
    if (!AlterTableNode.is(node)) return node;
    throw new CatalystError("tables-statement", "a table's checksum covers the columns it was made with", {
      hint: "Make a new table and copy the rows.",
    });
  },
  transformResult: async ({ result }) => result,
};

function checksumColumn(table: CreateTableNode): ColumnDefinitionNode {
  const columns = columnsOf(table).map((column) => `"${column}"`);
  const expression = RawNode.create([`row_checksum(${columns.join(", ")})`], []);
  const generated = GeneratedNode.cloneWith(GeneratedNode.createWithExpression(expression), { stored: true });
  const column = ColumnDefinitionNode.create(checksum, DataTypeNode.create("integer"));
  return ColumnDefinitionNode.cloneWith(column, { generated });
}

/** The table a statement makes and the columns its checksum covers; undefined for any other statement. */
export function checkedTable(
  node: OperationNode,
): { readonly table: string; readonly columns: readonly string[] } | undefined {
  if (!CreateTableNode.is(node)) return undefined;
  const columns = columnsOf(node).filter((column) => column !== checksum);
  return { table: node.table.table.identifier.name, columns };
}

function columnsOf(table: CreateTableNode): readonly string[] {
  return table.columns.map((definition) => definition.column.column.name);
}
