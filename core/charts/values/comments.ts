/** What the comments of a values file say of one value. */
export interface ValueComment {
  readonly description: string | undefined;
  /** `string`, `array`, `object` and so on, where the comment says so. */
  readonly type: string | undefined;
  readonly isNullable: boolean;
  /** Whether it shall not be shown. */
  readonly isHidden: boolean;
}

const nothing: ValueComment = {
  description: undefined,
  type: undefined,
  isNullable: false,
  isHidden: false,
};

const parameter = /^\s*##\s*@param\s+(\S+)\s*(?:\[([^\]]*)\])?\s*(.*)$/;
const skipped = /^\s*##\s*@skip\s+(\S+)/;

/**
 * Reads the comments that name their value wherever they stand: `## @param image.tag [string] Which tag` and
 * `## @skip image`, as Bitnami's readme-generator. By path.
 */
export function namedComments(text: string): ReadonlyMap<string, ValueComment> {
  const comments = new Map<string, ValueComment>();
  for (const line of text.split(/\r?\n/)) {
    const [, path, list = "", description = ""] = parameter.exec(line) ?? [];
    if (path !== undefined) comments.set(path, { ...modified(list), description: description || undefined });
    const [, hidden] = skipped.exec(line) ?? [];
    if (hidden !== undefined) comments.set(hidden, { ...nothing, isHidden: true });
  }
  return comments;
}

function modified(list: string): ValueComment {
  const modifiers = list.split(",").map((part) => part.trim());
  const type = modifiers.find((part) => /^(string|array|object|boolean|number|integer)$/.test(part));
  return { ...nothing, type, isNullable: modifiers.includes("nullable") };
}

const types: Readonly<Record<string, string>> = {
  string: "string",
  "tpl/string": "string",
  tpl: "string",
  int: "integer",
  float: "number",
  bool: "boolean",
  list: "array",
  object: "object",
};

/**
 * Reads the comment right above a value: `# -- Which tag`, with a type in brackets, lines that go on, `@default`
 * and `@ignored`, as helm-docs. `above` is the lines above it, the nearest last.
 */
export function commentAbove(above: readonly string[]): ValueComment {
  const start = above.findLastIndex((line) => !/^\s*#/.test(line)) + 1;
  const block = above.slice(start).map((line) => line.trim().replace(/^#+\s?/, ""));
  if (block.some((line) => /^@ignored?\b/.test(line))) return { ...nothing, isHidden: true };
  const first = block.findLastIndex((line) => /^(?:[^@\s]\S*\s+)?-- /.test(line));
  if (first < 0) return nothing;
  const [, named, rest = ""] = /^(?:\S+\s+)?-- (?:\(([^)]+)\)\s*)?(.*)$/.exec(block[first] ?? "") ?? [];
  const more = block.slice(first + 1).filter((line) => !line.startsWith("@"));
  const shown = block.map((line) => /^@default -- (.*)$/.exec(line)?.[1]).find((text) => text !== undefined);
  const lines = [rest, ...more, ...(shown === undefined ? [] : [`Default: ${shown}`])];
  const type = named === undefined ? undefined : types[named];
  return { ...nothing, description: lines.join(" ").trim() || undefined, type };
}
