import { digestOf } from "@catalyst/base/digest";
import { CatalystError, type Place } from "@catalyst/base/errors";

/**
 * A tree of files that a build reads, and all it can read: there are no links and nothing outside. Paths are
 * relative, with `/`, without `.` and `..`; the root is the empty text.
 */
export interface FileTree {
  /** A file's content; undefined when there's no such file. */
  read(path: string): Uint8Array | undefined;
  /** What is directly below a folder, in the order of names; undefined when there's no such folder. */
  list(folder: string): readonly FileTreeEntry[] | undefined;
  /** Names of what is directly below a folder and is neither a file nor a folder, a link above all. Default: nothing is. */
  others?(folder: string): readonly string[];
  /** Equal for equal content, so what was made from it can be used again; undefined when there's no such file. */
  identity(path: string): string | undefined;
}

export interface FileTreeEntry {
  readonly name: string;
  readonly isFolder: boolean;
}

/** A tree over files held in memory, by path. */
export function fileTree(
  files: ReadonlyMap<string, Uint8Array>,
  identities?: ReadonlyMap<string, string>,
): FileTree {
  const folders = foldersOf(files.keys());
  return {
    read: (path) => files.get(path),
    list: (folder) => folders.get(folder),
    identity: (path) => {
      const bytes = files.get(path);
      return bytes === undefined ? undefined : (identities?.get(path) ?? digestOf(bytes));
    },
  };
}

function foldersOf(paths: Iterable<string>): ReadonlyMap<string, readonly FileTreeEntry[]> {
  const folders = new Map<string, Map<string, FileTreeEntry>>([["", new Map()]]);
  for (const path of paths) {
    const names = path.split("/");
    names.forEach((name, depth) => {
      const folder = names.slice(0, depth).join("/");
      const entries = folders.get(folder) ?? new Map<string, FileTreeEntry>();
      folders.set(folder, entries);
      const isFolder = depth < names.length - 1;
      if (!entries.has(name)) entries.set(name, { name, isFolder });
    });
  }
  const byName = (a: FileTreeEntry, b: FileTreeEntry) => (a.name < b.name ? -1 : 1);
  return new Map([...folders].map(([folder, entries]) => [folder, [...entries.values()].sort(byName)]));
}

/**
 * Gives the path that `relative` names as seen from `folder`. Throws `kustomize-path-escape` for an absolute
 * path and for one that leaves the root (security case 12).
 */
export function resolvePath(folder: string, relative: string, place: Place): string {
  const names = folder === "" ? [] : folder.split("/");
  if (relative.startsWith("/")) {
    throw new CatalystError("kustomize-path-escape", `'${relative}' leads out of the source`, {
      place,
      hint: "Write the path as seen from the kustomization's folder.",
    });
  }
  for (const name of relative.split("/")) {
    if (name === "" || name === ".") continue;
    if (name !== "..") names.push(name);
    else if (names.pop() === undefined) throw leavesRoot(relative, place);
  }
  return names.join("/");
}

function leavesRoot(path: string, place: Place): CatalystError {
  return new CatalystError("kustomize-path-escape", `'${path}' leads out of the source`, {
    place,
    hint: "Use a path inside the repository or package.",
    details: { leavesRoot: true },
  });
}

/** Joins a folder and a name below it. */
export function joinPath(folder: string, name: string): string {
  return folder === "" ? name : `${folder}/${name}`;
}
