/** Deeper keys aren't looked for: nobody comments them, and paths would grow with the square of the depth. */
const depthLimit = 50;

/** A key at the beginning of a line. */
interface Key {
  readonly indent: number;
  readonly name: string;
}

/** Joins the names of a path to what `keyLines` knows it by; a name may hold dots. */
export function pathKey(path: readonly string[]): string {
  return path.join("\0");
}

/**
 * Finds the lines, from 1, on which the keys of a YAML document's maps stand, by `pathKey`. Only keys that begin a line are
 * found, not those in braces. It takes time with the length of the text alone, whatever stands in it.
 */
export function keyLines(lines: readonly string[]): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  const open: Key[] = [];
  /** Indentation of the key whose text goes on over lines. */
  let textOf: number | undefined;
  for (const [index, line] of lines.entries()) {
    const indent = line.search(/[^ ]/);
    if (indent < 0) continue;
    if (textOf !== undefined && indent > textOf) continue;
    textOf = undefined;
    if (line.startsWith("---")) open.length = 0;
    const read = keyOf(line.slice(indent));
    if (read === undefined) continue;
    while ((open.at(-1)?.indent ?? -1) >= indent) open.pop();
    open.push({ indent, name: read.name });
    if (open.length <= depthLimit) found.set(pathKey(open.map(({ name }) => name)), index + 1);
    if (/^(?:[&!]\S+\s+)*[|>]/.test(read.rest)) textOf = indent;
  }
  return found;
}

/** The key a line begins with and what follows it; undefined for an item of a list, a comment, a text. */
function keyOf(text: string): { readonly name: string; readonly rest: string } | undefined {
  const quote = text[0];
  if (quote === '"' || quote === "'") {
    const end = text.indexOf(quote, 1);
    if (end < 0 || text[end + 1] !== ":") return undefined;
    return { name: text.slice(1, end), rest: text.slice(end + 2).trimStart() };
  }
  if (quote === "#" || /^-(?: |$)/.test(text)) return undefined;
  let colon = text.indexOf(":");
  while (colon >= 0 && colon + 1 < text.length && text[colon + 1] !== " ")
    colon = text.indexOf(":", colon + 1);
  if (colon <= 0) return undefined;
  return { name: text.slice(0, colon).trimEnd(), rest: text.slice(colon + 1).trimStart() };
}
