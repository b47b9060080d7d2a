import { CatalystError } from "@catalyst/base/errors";
import { printYaml } from "@catalyst/base/yaml";
import { type DocumentCache, readResources } from "./documents.ts";
import { type FileTree, resolvePath } from "./files.ts";
import { readKustomization } from "./kustomization.ts";
import { setNamespace } from "./namespace.ts";
import { sortResources } from "./order.ts";
import { type KubeResource, resourceId } from "./resource.ts";
import { kustomizationFileOf, scanFolder } from "./scan.ts";

export interface BuildOptions {
  readonly files: FileTree;
  /** The folder to build; the root is the empty text. */
  readonly path: string;
  /** Takes a folder without a kustomization for one that lists every YAML file below it, as Flux does. Default false. */
  readonly scan?: boolean | undefined;
  /** Fields laid over the folder's own kustomization, as a GitOps controller does it. */
  readonly overlay?: Overlay | undefined;
  /** `legacy`: Kustomize's fixed order of kinds, as its program prints; `fifo`: as read. Default `legacy`. */
  readonly order?: "legacy" | "fifo" | undefined;
  /** Keeps what was parsed for the next build. */
  readonly documents?: DocumentCache | undefined;
}

/** Fields of a kustomization that whoever builds it sets. */
export interface Overlay {
  /** The namespace everything goes into. */
  readonly namespace?: string | undefined;
}

export interface Build {
  readonly objects: readonly KubeResource[];
  /** The objects as Kustomize prints them. */
  text(): string;
}

/**
 * Builds a kustomization: a pure function of the files. Throws a CatalystError naming file and field:
 * `kustomize-missing`, `kustomize-invalid`, `kustomize-file-missing`, `kustomize-path-escape`,
 * `kustomize-remote-refused`, `kustomize-cycle`, `kustomize-duplicate`, `kustomize-resource-invalid`,
 * `yaml-invalid`.
 */
export function buildKustomization(options: BuildOptions): Build {
  const folder = resolvePath("", options.path, { file: options.path, field: "path" });
  if (options.files.list(folder) === undefined) {
    throw new CatalystError("kustomize-file-missing", `there is no folder '${options.path}'`, {
      place: { file: options.path },
    });
  }
  const read = { files: options.files, documents: options.documents };
  const isScan = options.scan === true && kustomizationFileOf(options.files, folder) === undefined;
  const built = isScan ? scanned(read, folder) : folderResources(read, folder, []);
  const { namespace } = options.overlay ?? {};
  const resources = namespace === undefined ? built : setNamespace(built, namespace);
  const objects = options.order === "fifo" ? resources : sortResources(resources);
  return { objects, text: () => printResources(objects) };
}

/** Prints objects as one stream of documents. */
export function printResources(resources: readonly KubeResource[]): string {
  return resources.map(printed).join("---\n");
}

const prints = new WeakMap<KubeResource, string>();

/** An object that no later step changed is printed once, however many builds it is part of. */
function printed(resource: KubeResource): string {
  const known = prints.get(resource) ?? printYaml(resource);
  prints.set(resource, known);
  return known;
}

interface Reader {
  readonly files: FileTree;
  readonly documents?: DocumentCache | undefined;
}

function scanned(read: Reader, folder: string): readonly KubeResource[] {
  const all = new ResourceSet();
  for (const path of scanFolder(read.files, folder)) {
    const from = { file: path, field: "" };
    if (read.files.list(path) !== undefined) all.add(folderResources(read, path, [folder]), from);
    else all.add(readResources(read.files, path, from, read.documents), from);
  }
  return all.resources;
}

function folderResources(read: Reader, folder: string, above: readonly string[]): readonly KubeResource[] {
  if (above.includes(folder)) {
    throw new CatalystError("kustomize-cycle", `'${folder || "."}' includes itself`, {
      place: { file: folder },
    });
  }
  const { path: file, fields } = readKustomization(read.files, folder);
  const all = new ResourceSet();
  (fields.resources ?? []).forEach((entry, index) => {
    const from = { file, field: `resources[${index}]` };
    refuseRemote(entry, from);
    const path = resolvePath(folder, entry, from);
    const isFolder = read.files.list(path) !== undefined;
    const found = isFolder
      ? folderResources(read, path, [...above, folder])
      : readResources(read.files, path, from, read.documents);
    all.add(found, from);
  });
  return all.resources;
}

/** Nothing is ever fetched during a build (security case 13). */
function refuseRemote(entry: string, place: { file: string; field: string }): void {
  if (!/^[a-z][a-z0-9+.-]*:|^[^/]+@[^/]+:|^(?:github\.com|bitbucket\.org|gitlab\.com)[/:]/i.test(entry))
    return;
  throw new CatalystError(
    "kustomize-remote-refused",
    `'${entry}' is not a path: remote bases aren't fetched`,
    {
      place,
      hint: "Copy the base into the repository.",
    },
  );
}

/** Objects in the order they were added, each at most once. */
class ResourceSet {
  readonly resources: KubeResource[] = [];
  readonly #ids = new Set<string>();

  add(resources: readonly KubeResource[], place: { file: string; field: string }): void {
    for (const resource of resources) {
      const id = resourceId(resource);
      if (this.#ids.has(id)) {
        throw new CatalystError(
          "kustomize-duplicate",
          `${resource.kind} '${resource.metadata.name}' is there twice`,
          {
            place,
          },
        );
      }
      this.#ids.add(id);
      this.resources.push(resource);
    }
  }
}
