/** Prints a Markdown table; columns are padded so that the source reads as a table too. */
export function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = rows.map((row) => row.map(cell));
  const widths = heads.map((head, column) =>
    Math.max(3, head.length, ...cells.map((row) => row[column]?.length ?? 0)),
  );
  const line = (row: readonly string[]) =>
    `| ${row.map((text, column) => text.padEnd(widths[column] ?? 0)).join(" | ")} |`;
  return [
    line(heads),
    `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`,
    ...cells.map(line),
  ].join("\n");
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("\n", " ");
}

/** Puts a word into code; an empty one stays empty. */
export function code(text: string): string {
  return text === "" ? "" : `\`${text}\``;
}

/** The line below a generated page's title. */
export const madeBy = "<!-- Made by `npm run docs`; change the source, not this page. -->";
