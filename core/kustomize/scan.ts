import { type FileTree, joinPath } from "./files.ts";

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
