import type { RepositoryRef } from "@catalyst/ports/git";

/**
 * Names are lower case, so that two spellings never mean one folder on a file system that ignores case while
 * permissions are asked for by the spelling.
 */
const namePattern = /^[a-z0-9]([a-z0-9._-]{0,98}[a-z0-9])?$/;

/** First path segments that aren't Organizations. */
const reservedOwners = new Set(["api"]);

/** Tells whether a text can name an organization. */
export function isOwnerName(text: string): boolean {
  return isName(text) && !reservedOwners.has(text);
}

/** Tells whether a text can name a repository. */
export function isRepositoryName(text: string): boolean {
  return isName(text) && !/\.(git|wiki|lock|atom|rss)$/.test(text);
}

/** Gives the place `owner/name`, or undefined when either can't be a name. */
export function repositoryRef(owner: string, name: string): RepositoryRef | undefined {
  return isOwnerName(owner) && isRepositoryName(name) ? { owner, name } : undefined;
}

function isName(text: string): boolean {
  return namePattern.test(text) && !text.includes("..");
}

/** Characters git forbids in refs and those with a meaning in revisions; source: git-check-ref-format. */
const badRef = /[\0-\x20\x7f\\~^:?*[]|^[/.-]|\/\.|\.lock(\/|$)|\.\.|\/\/|@\{|[/.]$|^@$/;

/** Tells whether a text is a plain ref name or id, free of revision syntax and of options. */
export function isPlainRef(text: string): boolean {
  return text !== "" && text.length <= 255 && !badRef.test(text);
}

/** Tells whether a text is a whole object id. */
export function isObjectId(text: string): boolean {
  return /^([0-9a-f]{40}|[0-9a-f]{64})$/.test(text);
}

/** Tells whether a path stays inside a tree: relative, no empty, `.` or `..` segment, no control character. */
export function isTreePath(path: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  if (path === "" || /[\0-\x1f\x7f]/.test(path)) return false;
  return path.split("/").every((segment) => segment !== "" && segment !== "." && segment !== "..");
}
