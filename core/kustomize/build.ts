import { CatalystError } from "@catalyst/base/errors";
import { printYaml } from "@catalyst/base/yaml";
import { customized, finished, folderObjects, layeredObjects, type Reader } from "./accumulate.ts";
import { type DocumentCache, readResources } from "./documents.ts";
import { type FileTree, resolvePath } from "./files.ts";
import { type Kustomization, readKustomization } from "./kustomization.ts";
import { sortResources } from "./order.ts";
import type { KubeResource } from "./resource.ts";
import { kustomizationFileOf, scanFolder } from "./scan.ts";
import { unique, type Working, workingOf } from "./working-set.ts";

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

/**
 * Fields of a kustomization that whoever builds it sets: a namespace replaces the folder's own, lists are added to
 * its, and an image to one of the same name.
 */
export type Overlay = Pick<
  Kustomization,
  "namespace" | "namePrefix" | "nameSuffix" | "patches" | "images" | "components"
>;

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
  const objects = ordered(builtObjects(read, folder, options), read.files, folder, options);
  return { objects, text: () => printResources(objects) };
}

function builtObjects(read: Reader, folder: string, options: BuildOptions): readonly KubeResource[] {
  const { overlay } = options;
  const isScan = options.scan === true && kustomizationFileOf(read.files, folder) === undefined;
  if (isScan) {
    const layer = { folder, file: folder, fields: overlay ?? {}, above: [folder] };
    return finished(customized(read, layer, scanned(read, folder)));
  }
  if (overlay === undefined) return finished(folderObjects(read, folder, []));
  const { path: file, fields } = readKustomization(read.files, folder);
  return finished(layeredObjects(read, { folder, file, fields: overlaid(fields, overlay), above: [] }));
}

function overlaid(own: Kustomization, overlay: Overlay): Kustomization {
  const images = [...(own.images ?? [])];
  for (const image of overlay.images ?? []) {
    const at = images.findIndex((known) => known.name === image.name);
    const { newTag: _tag, digest: _digest, ...known } = images[at] ?? { name: image.name };
    const selects = image.newTag !== undefined || image.digest !== undefined;
    const next = { ...(selects ? known : images[at]), ...image };
    if (at < 0) images.push(image);
    else images[at] = next;
  }
  const { namespace, namePrefix, nameSuffix } = overlay;
  return {
    ...own,
    ...(namespace === undefined ? {} : { namespace }),
    ...(namePrefix === undefined ? {} : { namePrefix }),
    ...(nameSuffix === undefined ? {} : { nameSuffix }),
    images,
    patches: [...(own.patches ?? []), ...(overlay.patches ?? [])],
    components: [...(own.components ?? []), ...(overlay.components ?? [])],
  };
}

function ordered(
  objects: readonly KubeResource[],
  files: FileTree,
  folder: string,
  options: BuildOptions,
): readonly KubeResource[] {
  const own =
    kustomizationFileOf(files, folder) === undefined
      ? undefined
      : readKustomization(files, folder).fields.sortOptions;
  const order = own?.order ?? options.order ?? "legacy";
  if (order === "fifo") return objects;
  const kinds = own?.legacySortOptions;
  if (kinds === undefined) return sortResources(objects);
  return sortResources(objects, { first: kinds.orderFirst ?? [], last: kinds.orderLast ?? [] });
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

function scanned(read: Reader, folder: string): readonly Working[] {
  const listed = scanFolder(read.files, folder).flatMap((path) => {
    const place = { file: path, field: "" };
    const found =
      read.files.list(path) === undefined
        ? readResources(read.files, path, place, read.documents).map((resource) => workingOf(resource))
        : folderObjects(read, path, [folder]);
    return found.map((item) => ({ item, place }));
  });
  return unique(listed);
}
