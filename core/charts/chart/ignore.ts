import { base } from "../functions/paths.ts";
import { chartInvalid } from "./errors.ts";
import { isPathPattern, matchPath } from "./glob.ts";

interface Rule {
  readonly isNegated: boolean;
  readonly onlyFolders: boolean;
  readonly matches: (path: string) => boolean;
}

/** Tells which paths of a folder aren't part of the chart. */
export interface IgnoreRules {
  ignores(path: string, isFolder: boolean): boolean;
}

/**
 * Reads a .helmignore. Its rules are Helm's own, not git's: a negated one ignores everything it doesn't match.
 * Throws `chart-invalid` on `**` and on a malformed pattern.
 */
export function readIgnoreRules(text: string): IgnoreRules {
  const lines = text.replace(/^\ufeff/, "").split(/\r?\n/);
  const rules = [...lines, "templates/.?*"].map(readRule).filter((rule) => rule !== undefined);
  return {
    ignores: (path, isFolder) => {
      if (path === "" || path === "." || path === "./") return false;
      for (const rule of rules) {
        if (rule.isNegated) {
          if ((rule.onlyFolders && !isFolder) || !rule.matches(path)) return true;
        } else if ((!rule.onlyFolders || isFolder) && rule.matches(path)) {
          return true;
        }
      }
      return false;
    },
  };
}

/** Leaves out of a folder's files, by path, what its .helmignore names. Throws as readIgnoreRules. */
export function withoutIgnored(files: ReadonlyMap<string, Uint8Array>): ReadonlyMap<string, Uint8Array> {
  const rules = readIgnoreRules(new TextDecoder().decode(files.get(".helmignore")));
  const isIgnored = (path: string) => {
    const names = path.split("/");
    return names.some((_, depth) =>
      rules.ignores(names.slice(0, depth + 1).join("/"), depth < names.length - 1),
    );
  };
  return new Map([...files].filter(([path]) => !isIgnored(path)));
}

function readRule(line: string): Rule | undefined {
  let rule = line.trim();
  if (rule === "" || rule.startsWith("#")) return undefined;
  if (rule.includes("**")) {
    throw chartInvalid("double-star (**) syntax is not supported", { place: { file: ".helmignore" } });
  }
  if (!isPathPattern(rule)) {
    throw chartInvalid("syntax error in pattern", { place: { file: ".helmignore" } });
  }
  const isNegated = rule.startsWith("!");
  if (isNegated) rule = rule.slice(1);
  const onlyFolders = rule.endsWith("/");
  if (onlyFolders) rule = rule.slice(0, -1);
  if (rule.startsWith("/")) rule = rule.slice(1);
  else if (!rule.includes("/"))
    return { isNegated, onlyFolders, matches: (path) => matchPath(rule, base(path)) };
  return { isNegated, onlyFolders, matches: (path) => matchPath(rule, path) };
}
