import { readFileSync } from "node:fs";
import { join } from "node:path";

/** A column as the data file holds it: name, type, format, priority. */
type Column = readonly [name: string, type: string, format: string, priority: number];

/** Reads the columns each kind's table has from the declarations in the module's printers. */
export function readColumns(folder: string): Record<string, readonly Column[]> {
  const source = readFileSync(join(folder, "pkg/printers/internalversion/printers.go"), "utf8");
  const definitions = new Map<string, readonly Column[]>();
  const declared = /^\t(\w+) :?= (?:append\(\w+, )?\[\]metav1\.TableColumnDefinition\{\n([\s\S]*?)^\t\}/gm;
  for (const [, name = "", body = ""] of source.matchAll(declared)) {
    definitions.set(name, [...(definitions.get(name) ?? []), ...readDefinitions(body)]);
  }
  const kinds = new Map(
    [...source.matchAll(/^func (print\w+)\(\w+ \*\w+\.(\w+), /gm)].map(([, printer = "", kind = ""]) => [
      printer,
      kind,
    ]),
  );
  const columns: Record<string, readonly Column[]> = {};
  for (const [, variable = "", printer = ""] of source.matchAll(/h\.TableHandler\((\w+), (print\w+)\)/g)) {
    const kind = kinds.get(printer);
    const definition = definitions.get(variable);
    if (kind !== undefined && definition !== undefined && !kind.endsWith("List")) columns[kind] = definition;
  }
  return columns;
}

function readDefinitions(body: string): readonly Column[] {
  return [...body.matchAll(/^\t\t\{(.*)\},?$/gm)].map(([, text = ""]) => {
    const attribute = (name: string) => new RegExp(`\\b${name}: "([^"]*)"`).exec(text)?.[1] ?? "";
    return [
      attribute("Name"),
      attribute("Type"),
      attribute("Format"),
      Number(/Priority: (\d+)/.exec(text)?.[1] ?? 0),
    ];
  });
}
