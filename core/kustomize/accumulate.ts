import { CatalystError } from "@catalyst/base/errors";
import { type DocumentCache, readResources } from "./documents.ts";
import { type FileTree, resolvePath } from "./files.ts";
import { contentHash, generate } from "./generators.ts";
import { type Kustomization, readKustomization } from "./kustomization.ts";
import { fixReferences } from "./name-references.ts";
import { setNamespace } from "./namespace.ts";
import { applyPatch } from "./patches.ts";
import type { KubeResource } from "./resource.ts";
import {
  addCommonAnnotations,
  addCommonLabels,
  addLabels,
  changeImages,
  rename,
  setReplicas,
} from "./transformers.ts";
import { changed, type Listed, unique, type Working, workingOf } from "./working-set.ts";

/** What a build reads from. */
export interface Reader {
  readonly files: FileTree;
  readonly documents?: DocumentCache | undefined;
}

interface Place {
  readonly file: string;
  readonly field: string;
}

/** The objects of a folder with a kustomization, with its changes made. `above`: the folders that include it. */
export function folderObjects(read: Reader, folder: string, above: readonly string[]): readonly Working[] {
  if (above.includes(folder)) {
    throw new CatalystError("kustomize-cycle", `'${folder || "."}' includes itself`, {
      place: { file: folder },
    });
  }
  const { path: file, fields } = readKustomization(read.files, folder);
  return layeredObjects(read, { folder, file, fields, above });
}

/** The objects a kustomization lists, with its changes made. */
export function layeredObjects(read: Reader, layer: Layer): readonly Working[] {
  const { folder, file, fields } = layer;
  const above = [...layer.above, folder];
  const listed = listedObjects(read, folder, fields, file, above);
  return customized(read, { ...layer, above }, unique(listed));
}

function listedObjects(
  read: Reader,
  folder: string,
  fields: Kustomization,
  file: string,
  above: readonly string[],
): readonly Listed[] {
  return entriesOf(fields).flatMap(([field, entry]) => {
    const place = { file, field };
    return entryObjects(read, folder, entry, place, above).map((item) => ({ item, place }));
  });
}

function entriesOf({ resources = [], bases = [] }: Kustomization): readonly (readonly [string, string])[] {
  return [
    ...resources.map((entry, index) => [`resources[${index}]`, entry] as const),
    ...bases.map((entry, index) => [`bases[${index}]`, entry] as const),
  ];
}

function entryObjects(
  read: Reader,
  folder: string,
  entry: string,
  place: Place,
  above: readonly string[],
): readonly Working[] {
  refuseRemote(entry, place);
  const path = resolvePath(folder, entry, place);
  if (read.files.list(path) !== undefined) return folderObjects(read, path, above);
  return readResources(read.files, path, place, read.documents).map((resource) => workingOf(resource));
}

/** Nothing is ever fetched during a build (security case 13). */
function refuseRemote(entry: string, place: Place): void {
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

/** A kustomization and where it stands. */
export interface Layer {
  readonly folder: string;
  readonly file: string;
  readonly fields: Kustomization;
  readonly above: readonly string[];
}

/** Makes a kustomization's changes to objects, in Kustomize's order. */
export function customized(read: Reader, layer: Layer, listed: readonly Working[]): readonly Working[] {
  const { folder, file, fields } = layer;
  const source = { files: read.files, folder, file };
  const common = fields.generatorOptions ?? {};
  let all = generate(listed, "ConfigMap", fields.configMapGenerator ?? [], common, source);
  all = generate(all, "Secret", fields.secretGenerator ?? [], common, source);
  all = withComponents(read, layer, all);
  all = patched(read, layer, all);
  const each = (change: (resource: KubeResource) => KubeResource) => {
    all = all.map((item) => changed(item, change(item.resource)));
  };
  const { namespace, namePrefix = "", nameSuffix = "" } = fields;
  if (namespace !== undefined && namespace !== "") {
    each((resource) => setNamespace([resource], namespace)[0] as KubeResource);
  }
  all = all.map((item) => rename(item, namePrefix, nameSuffix));
  for (const labels of fields.labels ?? []) each((resource) => addLabels(resource, labels));
  const { commonLabels, commonAnnotations } = fields;
  if (commonLabels !== undefined) each((resource) => addCommonLabels(resource, commonLabels));
  if (commonAnnotations !== undefined) each((resource) => addCommonAnnotations(resource, commonAnnotations));
  all = (fields.patchesJson6902 ?? []).reduce(
    (items, patch, index) =>
      applyPatch(items, patch, { ...source, place: { file, field: `patchesJson6902[${index}]` } }),
    all,
  );
  const { replicas = [], images = [] } = fields;
  if (replicas.length > 0) all = all.map((item) => setReplicas(item, replicas));
  if (images.length > 0) each((resource) => changeImages(resource, images));
  return all;
}

function patched(read: Reader, { folder, file, fields }: Layer, all: readonly Working[]): readonly Working[] {
  const source = { files: read.files, folder };
  const merges = (fields.patchesStrategicMerge ?? []).map((entry, index) => ({
    // An entry is a path, or the patch itself.
    patch: entry.includes("\n") ? { patch: entry } : { path: entry },
    place: { file, field: `patchesStrategicMerge[${index}]` },
  }));
  const patches = (fields.patches ?? []).map((patch, index) => ({
    patch,
    place: { file, field: `patches[${index}]` },
  }));
  return [...merges, ...patches].reduce(
    (items, { patch, place }) => applyPatch(items, patch, { ...source, place }),
    all,
  );
}

/** Components change what has been gathered so far, rather than add to it apart. */
function withComponents(read: Reader, layer: Layer, all: readonly Working[]): readonly Working[] {
  return (layer.fields.components ?? []).reduce((items, entry, index) => {
    const place = { file: layer.file, field: `components[${index}]` };
    refuseRemote(entry, place);
    const folder = resolvePath(layer.folder, entry, place);
    if (layer.above.includes(folder)) {
      throw new CatalystError("kustomize-cycle", `'${entry}' includes itself`, { place });
    }
    const { path: file, fields, isComponent } = readKustomization(read.files, folder);
    if (!isComponent) {
      throw new CatalystError("kustomize-invalid", `'${entry}' is not of kind Component`, { place });
    }
    const above = [...layer.above, folder];
    const known = items.map((item) => ({ item, place }));
    const added = unique([...known, ...listedObjects(read, folder, fields, file, above)]);
    return customized(read, { folder, file, fields, above }, added);
  }, all);
}

/** Gives generated objects their final names, and mends the references to whatever was renamed. */
export function finished(all: readonly Working[]): readonly KubeResource[] {
  const hashed = all.map((item) => {
    if (!item.hashed) return item;
    const { resource } = item;
    const name = `${resource.metadata.name}-${contentHash(resource)}`;
    return changed(item, { ...resource, metadata: { ...resource.metadata, name } });
  });
  return fixReferences(hashed).map((item) => item.resource);
}
