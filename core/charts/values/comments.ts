import { isObject, type JsonObject, type JsonValue } from "@catalyst/base/json";
import { parseYaml } from "@catalyst/base/yaml";

/** What the comments of a values file say of one value. */
export interface ValueComment {
  /** Keywords of JSON Schema: `description`, `type`, `enum` and so on. */
  readonly keywords: JsonObject;
  /** Whether null will do as well. */
  readonly isNullable: boolean;
  /** Whether it shall not be shown. */
  readonly isHidden: boolean;
}

/** Of a value without a comment. */
export const noComment: ValueComment = { keywords: {}, isNullable: false, isHidden: false };

const parameter = /^\s*##\s*@param\s+(\S+)\s*(?:\[([^\]]*)\])?\s*(.*)$/;
const skipped = /^\s*##\s*@skip\s+(\S+)/;

/**
 * Reads the comments that name their value wherever they stand: `## @param image.tag [string] Which tag` and
 * `## @skip image`, as Bitnami's readme-generator. By path.
 */
export function namedComments(lines: readonly string[]): ReadonlyMap<string, ValueComment> {
  const comments = new Map<string, ValueComment>();
  for (const line of lines) {
    const [, path, list = "", description = ""] = parameter.exec(line) ?? [];
    if (path !== undefined) comments.set(path, modified(list, description));
    const [, hidden] = skipped.exec(line) ?? [];
    if (hidden !== undefined) comments.set(hidden, { ...noComment, isHidden: true });
  }
  return comments;
}

function modified(list: string, description: string): ValueComment {
  const modifiers = list.split(",").map((part) => part.trim());
  const type = modifiers.find((part) => /^(string|array|object|boolean|number|integer)$/.test(part));
  const keywords = {
    ...(description === "" ? {} : { description }),
    ...(type === undefined ? {} : { type }),
  };
  return { ...noComment, keywords, isNullable: modifiers.includes("nullable") };
}

/**
 * Reads the comments at a value, which stands on `line` (from 1): those right above it, `# -- Which tag`, with a
 * type in brackets, lines that go on, `@default` and `@ignored`, as helm-docs; and what is said by `@schema`, as
 * helm-schema has it between two such lines, and helm-values-schema-json on one.
 */
export function commentAt(lines: readonly string[], line: number): ValueComment {
  let start = line - 1;
  while (start > 0 && /^\s*#/.test(lines[start - 1] ?? "")) start--;
  const block = lines.slice(start, line - 1).map((text) => text.trim().replace(/^#+\s?/, ""));
  const trailing = /#\s*(@schema\s.*)$/.exec(lines[line - 1] ?? "")?.[1];
  const { rest, said } = schemaOf(trailing === undefined ? block : [...block, trailing]);
  const isHidden = said["hidden"] === true || rest.some((text) => /^@ignored?\b/.test(text));
  if (isHidden) return { ...noComment, isHidden };
  return { ...noComment, keywords: { ...describedBy(rest), ...keywordsOf(said) } };
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

/** What helm-docs reads of a comment. */
function describedBy(block: readonly string[]): JsonObject {
  const first = block.findLastIndex((line) => /^(?:[^@\s]\S*\s+)?-- /.test(line));
  if (first < 0) return {};
  const [, named, rest = ""] = /^(?:\S+\s+)?-- (?:\(([^)]+)\)\s*)?(.*)$/.exec(block[first] ?? "") ?? [];
  const more = block.slice(first + 1).filter((line) => !line.startsWith("@"));
  const shown = block.map((line) => /^@default -- (.*)$/.exec(line)?.[1]).find((text) => text !== undefined);
  const description = [rest, ...more, ...(shown === undefined ? [] : [`Default: ${shown}`])].join(" ").trim();
  const type = named === undefined || !Object.hasOwn(types, named) ? undefined : types[named];
  return {
    ...(description === "" ? {} : { description }),
    ...(type === undefined ? {} : { type }),
  };
}

/** Parts a comment's lines into those that say a schema, read, and the others. */
function schemaOf(block: readonly string[]): { rest: readonly string[]; said: JsonObject } {
  const rest: string[] = [];
  let said: JsonObject = {};
  /** Lines between two of `@schema`. */
  let inside: string[] | undefined;
  for (const line of block) {
    if (/^@schema\s*$/.test(line)) {
      if (inside !== undefined) said = { ...said, ...readComment(inside.join("\n")) };
      inside = inside === undefined ? [] : undefined;
    } else if (inside !== undefined) inside.push(line);
    else if (line.startsWith("@schema ")) {
      for (const part of line.slice(8).split(";"))
        said = { ...said, ...readComment(part.trim().replace(/^(\w+)\s*:\s*/, "$1: ")) };
    } else rest.push(line);
  }
  return { rest: [...rest, ...(inside ?? [])], said };
}

/** A comment that can't be read says nothing: it is only a comment. */
function readComment(text: string): JsonObject {
  try {
    const { value } = parseYaml(text);
    return isObject(value) ? (value as JsonObject) : {};
  } catch {
    return {};
  }
}

/** Keywords that a form uses, each with the shape it must have. */
const shapes: Readonly<Record<string, (value: JsonValue) => boolean>> = {
  title: isText,
  description: isText,
  type: (value) => [value].flat().every(isText),
  enum: (value) => Array.isArray(value) && value.length > 0 && value.length <= 100,
  minimum: isNumber,
  maximum: isNumber,
  minLength: isNumber,
  maxLength: isNumber,
  format: isText,
  items: isObject,
};

/** The keywords of a schema that a form uses; what has another shape than JSON Schema asks for is left out. */
export function keywordsOf(said: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(said).flatMap(([name, value]): [string, JsonValue][] => {
      // in YAML, null among types is no text unless it is quoted
      const meant = name === "type" && Array.isArray(value) ? value.map((type) => type ?? "null") : value;
      if (meant === undefined || !Object.hasOwn(shapes, name) || shapes[name]?.(meant) !== true) return [];
      return [[name, name === "items" ? keywordsOf(meant as JsonObject) : meant]];
    }),
  );
}

function isText(value: JsonValue): boolean {
  return typeof value === "string";
}

function isNumber(value: JsonValue): boolean {
  return typeof value === "number";
}
