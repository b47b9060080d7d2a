import { RE2JS, RE2JSException } from "re2js";
import { CatalystError } from "./errors.ts";

/**
 * A regular expression of Go's regexp package: RE2's syntax, matched in time linear in the text, so a hostile
 * pattern can't stall the process. The methods are Go's.
 */
export class GoRegexp {
  readonly pattern: string;
  readonly #compiled: RE2JS;
  /** The numbers of the groups of a name: Go lets several have the same. */
  readonly #names: ReadonlyMap<string, readonly number[]>;

  /** Throws `regexp-invalid` with Go's text: error parsing regexp: PROBLEM: `PART`. */
  constructor(pattern: string) {
    this.pattern = pattern;
    const broken = pattern.search(/(?<![\ud800-\udbff])[\udc80-\udcff]/);
    if (broken >= 0 && !isRefusedBefore(pattern, broken)) {
      // Of a group's name Go shows what is left of the name.
      const name = Math.max(pattern.lastIndexOf("(?<", broken - 1), pattern.lastIndexOf("(?P<", broken - 1));
      const isInName = name >= 0 && !pattern.slice(name, broken).includes(">");
      const rest = pattern.slice(broken).replace(isInName ? />.*/s : "", "");
      throw new CatalystError("regexp-invalid", `error parsing regexp: invalid UTF-8: \`${rest}\``);
    }
    const { unique, names } = uniquelyNamed(pattern);
    try {
      this.#compiled = RE2JS.compile(unique);
    } catch (cause) {
      if (!(cause instanceof RE2JSException)) throw cause;
      let message = cause.message
        .replace(/^(?!error parsing)/, "error parsing regexp: ")
        .replace(/end of expression$/, "$&: ``")
        // Where a name would begin and the pattern ends, Go doesn't see that there is to be one.
        .replace(
          /invalid named capture: `(\(\?(?:P(?=<`)|<(?=`)))<?`$/,
          "invalid or unsupported Perl syntax: `$1`",
        );
      for (const [other, name] of names) message = message.replaceAll(other, name);
      throw new CatalystError("regexp-invalid", message, { cause });
    }
    const numbers = new Map<string, number[]>();
    for (const [own, number] of Object.entries(this.#compiled.namedGroups())) {
      const name = names.get(own) ?? own;
      numbers.set(
        name,
        [...(numbers.get(name) ?? []), number].sort((a, b) => a - b),
      );
    }
    this.#names = numbers;
  }

  /** How many instructions the pattern is: times the text's length, that is what a match takes at most. */
  get size(): number {
    return this.#compiled.programSize();
  }

  /** Tells whether the text contains a match. */
  test(text: string): boolean {
    return this.#compiled.matcher(text).find();
  }

  /** Gives the leftmost match, or an empty text. */
  find(text: string): string {
    const matcher = this.#compiled.matcher(text);
    return matcher.find() ? text.slice(matcher.start(), matcher.end()) : "";
  }

  /**
   * Gives up to `limit` matches that don't overlap; all of them when it is negative. Here and below `onMatch` is called
   * for each, and may throw: there may be as many as characters, and each may take time linear in the text.
   */
  findAll(text: string, limit = -1, onMatch?: () => void): string[] {
    return this.ranges(text, limit, onMatch).map(([start, end]) => text.slice(start, end));
  }

  /** Gives start and end of up to `limit` matches; an empty match right after another one doesn't count. */
  ranges(text: string, limit = -1, onMatch?: () => void): [number, number][] {
    const found: [number, number][] = [];
    this.#scan(text, limit, (start, end) => {
      onMatch?.();
      found.push([start, end]);
    });
    return found;
  }

  /** Gives the leftmost match with its groups; a group that took no part is undefined. */
  groups(text: string): (string | undefined)[] | undefined {
    const matcher = this.#compiled.matcher(text);
    if (!matcher.find()) return undefined;
    return Array.from({ length: matcher.groupCount() + 1 }, (_, index) => matcher.group(index) ?? undefined);
  }

  /** Replaces every match; `$1`, `$name` and `${name}` in the replacement stand for groups. */
  replaceAll(text: string, replacement: string, onMatch?: () => void): string {
    const pieces = parseReplacement(replacement);
    return this.#replace(text, (group) => {
      onMatch?.();
      return pieces
        .map((piece) => (typeof piece === "string" ? piece : expand(piece.name, this.#names, group)))
        .join("");
    });
  }

  /** Replaces every match by the text as it is. */
  replaceAllLiteral(text: string, replacement: string, onMatch?: () => void): string {
    return this.#replace(text, () => {
      onMatch?.();
      return replacement;
    });
  }

  /** Cuts the text at matches into at most `limit` pieces; all of them when it is negative. */
  split(text: string, limit = -1, onMatch?: () => void): string[] {
    if (limit === 0) return [];
    if (this.pattern !== "" && text === "") return [""];
    const pieces: string[] = [];
    let start = 0;
    let end = 0;
    for (const [from, to] of this.ranges(text, limit, onMatch)) {
      if (limit > 0 && pieces.length === limit - 1) break;
      end = from;
      if (to !== 0) pieces.push(text.slice(start, end));
      start = to;
    }
    if (end !== text.length) pieces.push(text.slice(start));
    return pieces;
  }

  #replace(text: string, replacement: (group: Group) => string): string {
    let result = "";
    let copied = 0;
    this.#scan(text, -1, (start, end, group) => {
      result += text.slice(copied, start) + replacement(group);
      copied = end;
    });
    return result + text.slice(copied);
  }

  #scan(text: string, limit: number, visit: (start: number, end: number, group: Group) => void): void {
    const matcher = this.#compiled.matcher(text);
    let count = 0;
    let previousEnd = -1;
    for (let at = 0; at <= text.length && count !== limit && matcher.find(at); ) {
      const start = matcher.start();
      const end = matcher.end();
      const isEmpty = start === end;
      if (!isEmpty || start !== previousEnd) {
        visit(start, end, (index) =>
          index <= matcher.groupCount() ? (matcher.group(index) ?? undefined) : undefined,
        );
        count++;
      }
      previousEnd = end;
      at = isEmpty ? end + ((text.codePointAt(end) ?? 0) > 0xffff ? 2 : 1) : end;
    }
  }
}

/** Whether something before a byte that isn't UTF-8 is wrong, which Go meets first. What is missing it tells at the end. */
function isRefusedBefore(pattern: string, broken: number): boolean {
  const readable = pattern.toWellFormed();
  try {
    RE2JS.compile(readable);
    return false;
  } catch (cause) {
    if (!(cause instanceof RE2JSException)) throw cause;
    const part = /`(.*)`$/s.exec(cause.message)?.[1] ?? "";
    const at = readable.indexOf(part);
    if (/missing closing/.test(cause.message) || part === "" || at < 0) return false;
    return (/unexpected \)/.test(cause.message) ? at : at + part.length - 1) < broken;
  }
}

/** Escapes what has a meaning in a pattern, as Go's regexp.QuoteMeta. */
export function quoteMeta(text: string): string {
  return text.replace(/[\\.+*?()|[\]{}^$]/g, "\\$&");
}

const cache = new Map<string, GoRegexp>();
const cacheSize = 500;
/** A longer pattern isn't kept. */
const keptLength = 4096;

/** Gives the compiled pattern, compiling each only once. Throws as GoRegexp. */
export function goRegexp(pattern: string): GoRegexp {
  const known = cache.get(pattern);
  if (known !== undefined) return known;
  const compiled = new GoRegexp(pattern);
  if (pattern.length > keptLength) return compiled;
  if (cache.size >= cacheSize) cache.clear();
  cache.set(pattern, compiled);
  return compiled;
}

/** Gives a match's group; undefined where it took no part. */
type Group = (index: number) => string | undefined;

type Piece = string | { readonly name: string };

/** Splits a replacement at `$name` (the longest run of word characters), `${name}` and `$$`. */
function parseReplacement(replacement: string): Piece[] {
  const pieces: Piece[] = [];
  let copied = 0;
  for (const match of replacement.matchAll(/\$(?:(\$)|\{([\p{L}\p{Nd}_]+)\}|([\p{L}\p{Nd}_]+))/gu)) {
    pieces.push(replacement.slice(copied, match.index));
    const name = match[2] ?? match[3];
    pieces.push(name === undefined ? "$" : { name });
    copied = match.index + match[0].length;
  }
  pieces.push(replacement.slice(copied));
  return pieces;
}

function expand(name: string, names: ReadonlyMap<string, readonly number[]>, group: Group): string {
  if (/^\d+$/.test(name)) return /^0\d/.test(name) ? "" : (group(Number(name)) ?? "");
  for (const index of names.get(name) ?? []) {
    const found = group(index);
    if (found !== undefined) return found;
  }
  return "";
}

/** What may hold an opening bracket that opens no group, or the head of a group with a name. */
const namedGroup = /\\Q.*?(?:\\E|$)|\\.|\[\^?\]?(?:\\.|\[:\w*:\]|[^\]])*\]|(\(\?P?<)(\w+)>/gs;

/**
 * Gives groups of a name that another one before has a name of their own, which RE2JS demands; `names` leads back to
 * what is written.
 */
function uniquelyNamed(pattern: string): { unique: string; names: ReadonlyMap<string, string> } {
  const seen = new Set<string>();
  const names = new Map<string, string>();
  const unique = pattern.replace(namedGroup, (whole, head: string | undefined, name: string | undefined) => {
    if (head === undefined || name === undefined || !seen.has(name)) {
      if (name !== undefined) seen.add(name);
      return whole;
    }
    const other = `${name}_again_${names.size}_`;
    names.set(other, name);
    return `${head}${other}>`;
  });
  return { unique, names };
}
