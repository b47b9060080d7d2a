import { CatalystError } from "@catalyst/base/errors";
import { parseYamlStream } from "@catalyst/base/yaml";
import type { FileTree } from "./files.ts";
import { type KubeResource, toResources } from "./resource.ts";

/**
 * Objects already parsed, by their file's identity: between two builds only changed files are parsed. Bounded:
 * past `limit` files the ones longest unused go.
 */
export interface DocumentCache {
  get(identity: string): readonly KubeResource[] | undefined;
  set(identity: string, resources: readonly KubeResource[]): void;
}

/** A cache in memory; `limit` in files, default 20,000. */
export function documentCache(limit = 20_000): DocumentCache {
  const entries = new Map<string, readonly KubeResource[]>();
  return {
    get: (identity) => {
      const found = entries.get(identity);
      if (found !== undefined) {
        entries.delete(identity);
        entries.set(identity, found);
      }
      return found;
    },
    set: (identity, resources) => {
      entries.set(identity, resources);
      const oldest = entries.size > limit ? entries.keys().next().value : undefined;
      if (oldest !== undefined) entries.delete(oldest);
    },
  };
}

/** Decodes a file as text. Throws `kustomize-file-missing`. */
export function readText(files: FileTree, path: string, place: { file: string; field: string }): string {
  const bytes = files.read(path);
  if (bytes === undefined) {
    throw new CatalystError("kustomize-file-missing", `there is no file '${path}'`, { place });
  }
  return new TextDecoder().decode(bytes);
}

/** Parses a file's Kubernetes objects. Throws `yaml-invalid` or `kustomize-resource-invalid` with file and line. */
export function readResources(
  files: FileTree,
  path: string,
  from: { file: string; field: string },
  cache?: DocumentCache,
): readonly KubeResource[] {
  const identity = files.identity(path);
  const known = identity === undefined ? undefined : cache?.get(identity);
  if (known !== undefined) return known;
  const resources = parseResources(readText(files, path, from), path);
  if (identity !== undefined) cache?.set(identity, resources);
  return resources;
}

/** Parses a text's Kubernetes objects; `file` is named in errors. */
export function parseResources(text: string, file: string): readonly KubeResource[] {
  return parseYamlStream(text, { file, dialect: "kustomize" }).flatMap((document) =>
    toResources(document.value, { file, line: document.lineOf([]) }),
  );
}
