import { type FileTree, joinPath } from "./files.ts";
import { type DocumentCache, readObjects } from "./objects/documents.ts";

/** The names a folder's kustomization may have, in the order they are looked for. */
export const kustomizationFileNames = ["kustomization.yaml", "kustomization.yml", "Kustomization"] as const;

/** Gives the path of a folder's kustomization; undefined when it has none. */
export function kustomizationFileOf(files: FileTree, folder: string): string | undefined {
  return kustomizationFileNames
    .map((name) => joinPath(folder, name))
    .find((path) => files.identity(path) !== undefined);
}

/**
 * Lists what a folder without a kustomization consists of, as Flux takes it: every YAML file below it, and of a
 * folder with a kustomization of its own that folder alone. In the order of a walk through sorted names.
 */
export function scanFolder(files: FileTree, folder: string): readonly string[] {
  return (files.list(folder) ?? []).flatMap((entry) => {
    const path = joinPath(folder, entry.name);
    if (!entry.isFolder) return /\.ya?ml$/.test(entry.name) ? [path] : [];
    return kustomizationFileOf(files, path) === undefined ? scanFolder(files, path) : [path];
  });
}

/** Bytes parsed between two pauses: a few milliseconds' work. */
const sliceSize = 4096;

/**
 * Parses every manifest below a folder that isn't in the cache yet, with a pause after each few milliseconds, so
 * that a build of many new files doesn't block the thread. What can't be parsed is left for the build to say.
 */
export async function parseAhead(
  files: FileTree,
  folder: string,
  cache: DocumentCache,
  pause: () => Promise<void>,
): Promise<void> {
  let parsed = 0;
  for (const path of manifestsBelow(files, folder)) {
    const identity = files.identity(path);
    if (identity === undefined || cache.get(identity) !== undefined) continue;
    try {
      readObjects(files, path, { file: path, field: "" }, cache);
    } catch {
      return;
    }
    parsed += files.read(path)?.length ?? 0;
    if (parsed < sliceSize) continue;
    parsed = 0;
    await pause();
  }
}

function* manifestsBelow(files: FileTree, folder: string): Generator<string> {
  for (const entry of files.list(folder) ?? []) {
    const path = joinPath(folder, entry.name);
    if (entry.isFolder) yield* manifestsBelow(files, path);
    else if (/\.ya?ml$/.test(entry.name) && !/^kustomization\.ya?ml$/.test(entry.name)) yield path;
  }
}
