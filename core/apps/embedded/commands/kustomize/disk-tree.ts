import { existsSync, lstatSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { CatalystError } from "@catalyst/base/errors";
import type { FileTree } from "@catalyst/kustomize";

/**
 * Gives the folder outside of which a build reads nothing: the Git repository's root, where `folder` lies in one; else
 * the folder the command is given in, where `folder` lies below it; else `folder` itself.
 */
export function buildRoot(folder: string, current: string): string {
  for (let at = folder; ; at = dirname(at)) {
    if (existsSync(join(at, ".git"))) return at;
    if (dirname(at) === at) return isBelow(current, folder) ? current : folder;
  }
}

/** Tells whether a folder is another one or lies below it. */
export function isBelow(root: string, folder: string): boolean {
  const path = relative(root, folder);
  return path !== ".." && !path.startsWith(`..${sep}`);
}

/** Gives the path of `folder` below `root` as a file tree names it. */
export function treePath(root: string, folder: string): string {
  return relative(root, folder).split(sep).join("/");
}

type Kind = "file" | "folder" | undefined;

/** Largest file that is read, in bytes: Helm takes no chart larger than that. */
const sizeLimit = 100 * 1024 * 1024;

/** A tree over a folder on disk, read as it is asked for, for one build. Links don't exist in it, so none leads outside. */
export function diskTree(root: string): FileTree {
  const known = new Map<string, Kind>([["", kindAt(root)]]);
  // The system follows a link on the way to a file: each folder on the way must be one itself.
  const kindOf = (path: string): Kind => {
    if (known.has(path)) return known.get(path);
    const kind = kindAt(join(root, path));
    const parent = path.slice(0, Math.max(path.lastIndexOf("/"), 0));
    const isThere = kind !== undefined && kindOf(parent) === "folder";
    known.set(path, isThere ? kind : undefined);
    return known.get(path);
  };
  return {
    read: (path) => {
      if (kindOf(path) !== "file") return undefined;
      const place = { file: path };
      if (statSync(join(root, path)).size <= sizeLimit) return readFileSync(join(root, path));
      throw new CatalystError("kustomize-too-large", `the file is larger than ${sizeLimit} bytes`, { place });
    },
    list: (folder) => {
      if (kindOf(folder) !== "folder") return undefined;
      return readdirSync(join(root, folder), { withFileTypes: true })
        .filter((entry) => entry.isFile() || entry.isDirectory())
        .map((entry) => ({ name: entry.name, isFolder: entry.isDirectory() }))
        .sort((a, b) => (a.name < b.name ? -1 : 1));
    },
    others: (folder) => {
      if (kindOf(folder) !== "folder") return [];
      const entries = readdirSync(join(root, folder), { withFileTypes: true });
      return entries.filter((entry) => !entry.isFile() && !entry.isDirectory()).map(({ name }) => name);
    },
    // A tree serves a single build, which reads each file once: its path is identity enough.
    identity: (path) => (kindOf(path) === "file" ? path : undefined),
  };
}

/** A name that no file can have, too long or with NUL, names nothing. */
function kindAt(path: string): Kind {
  try {
    const stats = lstatSync(path, { throwIfNoEntry: false });
    return stats?.isFile() ? "file" : stats?.isDirectory() ? "folder" : undefined;
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    if (code === "ENAMETOOLONG" || code === "ERR_INVALID_ARG_VALUE") return undefined;
    throw error;
  }
}
