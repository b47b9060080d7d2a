import { GoRegexp } from "@catalyst/base/go-regexp";

/** Compiled patterns; charts use few of them over and over. */
const cache = new Map<string, GoRegexp | undefined>();

/**
 * Matches a whole path against a pattern of Go's filepath.Match: `*` and `?` stay within one element. A
 * malformed pattern matches nothing.
 */
export function matchPath(pattern: string, path: string): boolean {
  return compiled(`path:${pattern}`, () => compilePathPattern(pattern))?.test(path) ?? false;
}

/**
 * Matches a whole path against a glob of `.Files.Glob` (gobwas/glob with `/` as separator): `**` crosses
 * folders, `{a,b}` are alternatives. A malformed glob matches everything, as in Helm.
 */
export function matchGlob(glob: string, path: string): boolean {
  return compiled(`glob:${glob}`, () => compileGlob(glob))?.test(path) ?? true;
}

/** Tells whether a pattern of Go's filepath.Match is well formed. */
export function isPathPattern(pattern: string): boolean {
  return compiled(`path:${pattern}`, () => compilePathPattern(pattern)) !== undefined;
}

function compiled(key: string, compile: () => GoRegexp | undefined): GoRegexp | undefined {
  if (cache.has(key)) return cache.get(key);
  if (cache.size > 1000) cache.clear();
  const expression = compile();
  cache.set(key, expression);
  return expression;
}

function compilePathPattern(pattern: string): GoRegexp | undefined {
  let source = "";
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern[at] ?? "";
    if (character === "*") {
      while (pattern[at + 1] === "*") at++;
      source += "[^/]*";
    } else if (character === "?") source += "[^/]";
    else if (character === "[") {
      const set = readSet(pattern, at);
      if (set === undefined) return undefined;
      source += set.source;
      at = set.end;
    } else if (character === "\\") source += escapePattern(pattern[++at] ?? "\\");
    else source += escapePattern(character);
  }
  return expression(source);
}

function compileGlob(glob: string): GoRegexp | undefined {
  let source = "";
  let depth = 0;
  for (let at = 0; at < glob.length; at++) {
    const character = glob[at] ?? "";
    if (character === "*") {
      const isSuper = glob[at + 1] === "*";
      while (glob[at + 1] === "*") at++;
      source += isSuper ? ".*" : "[^/]*";
    } else if (character === "?") source += "[^/]";
    else if (character === "{") {
      depth++;
      source += "(?:";
    } else if (character === "}" && depth > 0) {
      depth--;
      source += ")";
    } else if (character === "," && depth > 0) source += "|";
    else if (character === "[") {
      const set = readSet(glob, at);
      if (set === undefined) return undefined;
      source += set.source;
      at = set.end;
    } else if (character === "\\") source += escapePattern(glob[++at] ?? "\\");
    else source += escapePattern(character);
  }
  return depth === 0 ? expression(source) : undefined;
}

function readSet(pattern: string, start: number): { source: string; end: number } | undefined {
  const end = pattern.indexOf("]", start + 2);
  if (end < 0) return undefined;
  const inner = pattern.slice(start + 1, end);
  const isNegated = /^[!^]/.test(inner);
  const body = (isNegated ? inner.slice(1) : inner).replace(/[\\\][^]/g, "\\$&");
  return { source: `[${isNegated ? "^/" : ""}${body}]`, end };
}

function escapePattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}

/** Compiled to RE2: a hostile pattern of many stars takes linear time (security case 10). */
function expression(source: string): GoRegexp | undefined {
  try {
    return new GoRegexp(`(?s)^${source}$`);
  } catch {
    return undefined;
  }
}
