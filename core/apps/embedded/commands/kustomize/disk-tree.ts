import { existsSync, lstatSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import type { FileTree } from "@catalyst/kustomize";

/**
 * Gives the folder outside of which a build reads nothing: the Git repository's root, where `folder` lies in
 * one, else `folder` itself.
 */
export function buildRoot(folder: string): string {
  for (let at = folder; ; at = dirname(at)) {
    if (existsSync(join(at, ".git"))) return at;
    if (dirname(at) === at) return folder;
  }
}

/** Gives the path of `folder` below `root` as a file tree names it. */
export function treePath(root: string, folder: string): string {
  return relative(root, folder).split(sep).join("/");
}

/** A tree over a folder on disk, read as it is asked for. Links don't exist in it, so none leads outside. */
export function diskTree(root: string): FileTree {
  const kindOf = (path: string) => {
    const stats = lstatSync(join(root, path), { throwIfNoEntry: false });
    return stats?.isFile() ? "file" : stats?.isDirectory() ? "folder" : undefined;
  };
  return {
    read: (path) => (kindOf(path) === "file" ? readFileSync(join(root, path)) : undefined),
    list: (folder) => {
      if (kindOf(folder) !== "folder") return undefined;
      return readdirSync(join(root, folder), { withFileTypes: true })
        .filter((entry) => entry.isFile() || entry.isDirectory())
        .map((entry) => ({ name: entry.name, isFolder: entry.isDirectory() }))
        .sort((a, b) => (a.name < b.name ? -1 : 1));
    },
    // A single build reads each file once: its path is identity enough.
    identity: (path) => (kindOf(path) === "file" ? path : undefined),
  };
}
