/**
 * Puts what a schema complains of in order: helm tells it in the order of a Go map, which is another one at every run.
 * Other texts stay as they are.
 */
export function inSchemaOrder(output: string): string {
  if (!output.startsWith("Error: values don't meet the specifications of the schema(s)")) return output;
  return print(parse(output.split("\n").flatMap(withoutNextChart).map(withNamesInOrder)));
}

interface Line {
  readonly text: string;
  readonly below: Line[];
}

/** The next chart's name follows the last complaint of a schema that is none itself without a line's end. */
function withoutNextChart(line: string): string[] {
  const [, complaint, name] = /^( *- at '.*')([\w.-]+:)$/.exec(line) ?? [];
  return complaint === undefined || name === undefined ? [line] : [complaint, name];
}

function withNamesInOrder(line: string): string {
  return line.replace(/(additional properties )(.*)( not allowed)/, (_, start, names, end) =>
    [start, names.split(", ").sort().join(", "), end].join(""),
  );
}

/** Reads lines by their indentation; a line that is no complaint starts anew. */
function parse(lines: readonly string[]): Line[] {
  const root: Line = { text: "", below: [] };
  let open: Line[] = [root];
  for (const text of lines) {
    const indent = /^( *)- /.exec(text)?.[1]?.length;
    const depth = indent === undefined ? 1 : indent / 2 + 2;
    const line: Line = { text, below: [] };
    open = open.slice(0, depth);
    open.at(-1)?.below.push(line);
    open.push(line);
  }
  return root.below;
}

function print(lines: readonly Line[]): string {
  return lines
    .map(({ text, below }) => [text, ...below.map((one) => print([one])).sort()].join("\n"))
    .join("\n");
}
