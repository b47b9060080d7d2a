/**
 * Prints rows in columns parted by a tab, each as wide as its longest cell; a cell longer than `limit` is cut and
 * ends with `...`. As the table of `helm dependency list`.
 */
export function printTable(rows: readonly (readonly string[])[], limit: number): string {
  const cut = rows.map((row) => row.map((cell) => shorten(cell, limit)));
  const widths = (cut[0] ?? []).map((_title, column) =>
    Math.max(...cut.map((row) => row[column]?.length ?? 0)),
  );
  return cut.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("\t")).join("\n");
}

function shorten(cell: string, limit: number): string {
  return cell.length <= limit ? cell : `${cell.slice(0, limit - 3)}...`;
}
