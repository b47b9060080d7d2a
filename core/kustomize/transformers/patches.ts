import { CatalystError, type Place } from "@catalyst/base/errors";
import { parseYaml } from "@catalyst/base/yaml";
import type { Patch } from "../kustomization/kustomization.ts";
import type { Layer } from "../layer.ts";
import { strategicMerge } from "../merge/strategic-merge.ts";
import { parseObjects } from "../objects/documents.ts";
import type { Item } from "../objects/item.ts";
import type { ItemSet } from "../objects/item-set.ts";
import type { Schemas } from "../openapi/schemas.ts";
import { type Fields, meaningOf, setField, withField } from "../values/scalar.ts";
import { applyJsonPatch, type PatchOperation, readOperations } from "./json-patch.ts";

/** A patch as it was read: objects that are merged, or operations. */
type PatchContent =
  | { readonly objects: readonly Fields[] }
  | { readonly operations: readonly PatchOperation[] };

/**
 * Reads an entry of `patches`, inline or from a file, and gives what applies it: to the objects its target selects,
 * else to the one it names itself. Throws `kustomize-patch-invalid`, and applying it `kustomize-patch-failed`.
 */
export function readPatch(patch: Patch, layer: Layer, place: Place): (set: ItemSet) => void {
  const { target } = patch;
  const content = contentOf(patchText(patch, layer, place), place);
  if ("operations" in content) {
    if (target === undefined) throw invalid("a JSON patch needs a target", place);
    return (set) => {
      for (const item of set.select(target)) {
        item.rememberId();
        patchJson(item, content.operations);
      }
    };
  }
  const { objects } = content;
  if (target === undefined) {
    const patches = objects.map((object) => layer.item(object));
    return (set) => {
      for (const one of patches) mergeInto(set.one(one.id), one.value ?? {}, patch, layer.build.schemas);
    };
  }
  if (objects.length > 1) throw invalid("a patch with a target is one document", place);
  const patches = objects.map((object) => withMetadataTexts(layer.item(object)));
  return (set) => {
    for (const one of patches) mergeSelected(set, one, patch, layer.build.schemas);
  };
}

function patchText(
  { patch = "", path = "" }: Patch,
  layer: Layer,
  place: Place,
): { text: string; file: string } {
  const inline = patch.trim();
  const { file = "" } = place;
  if (inline === "" && path === "") throw invalid("a patch has a path, or is written here", place);
  if (inline !== "" && path !== "") throw invalid("a patch is a path or written here, not both", place);
  return inline !== ""
    ? { text: inline, file }
    : { text: layer.readText(path, place), file: layer.path(path, place) };
}

/** What parses as objects is merged; else it must be operations. */
function contentOf({ text, file }: { text: string; file: string }, place: Place): PatchContent {
  let problem: unknown;
  try {
    return { objects: parseObjects(text, file) };
  } catch (error) {
    problem = error;
  }
  try {
    return { operations: operationsOf(text, file) };
  } catch {
    throw new CatalystError("kustomize-patch-invalid", "this is neither an object nor a list of operations", {
      place,
      cause: problem,
    });
  }
}

/** Reads operations in YAML; what begins as JSON must be JSON. */
function operationsOf(text: string, file: string): readonly PatchOperation[] {
  if (text.startsWith("[") && !isJson(text)) {
    const message =
      "this begins with '[' and is not JSON: operations in YAML are a list of lines that begin with '-'";
    throw new CatalystError("kustomize-patch-invalid", message, { place: { file } });
  }
  return readOperations(parseYaml(text, { file }).value);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function mergeSelected(set: ItemSet, object: Fields, patch: Patch, schemas: Schemas): void {
  const { target = {} } = patch;
  for (const item of set.select(target)) {
    mergeInto(item, withField(object, "apiVersion", item.apiVersion), patch, schemas);
  }
}

/** Merges a patch into an object, which keeps its kind, name and namespace unless the patch may change them. */
export function mergeInto(item: Item, object: Fields, { options = {} }: Patch, schemas: Schemas): void {
  if (item.value === undefined) return;
  const { kind, name, namespace } = item;
  const { allowNameChange = false, allowKindChange = false } = options;
  if (allowNameChange || allowKindChange) item.rememberId();
  item.value = strategicMerge(item.value, object, schemas);
  if (item.value === undefined) return;
  if (!allowKindChange) item.value = withField(item.value, "kind", kind);
  if (!allowNameChange) item.setMetadata("name", name);
  item.setMetadata("namespace", namespace);
}

/** Applies operations to an object; its scalars are taken by their meaning. */
export function patchJson(item: Item, operations: readonly PatchOperation[]): void {
  if (item.value === undefined) return;
  item.value = applyJsonPatch(meaningOf(item.value, "json") as Fields, operations);
  // What the build noted outlives a patch that takes the annotations away.
  if (item.isNoted) item.note();
}

/** Reads an entry of `patchesJson6902` and gives what applies it. Throws `kustomize-patch-invalid`. */
export function readJsonPatch(patch: Patch, layer: Layer, place: Place): (set: ItemSet) => void {
  const { target } = patch;
  if (target === undefined || !target.name) throw invalid("the patch's target needs a name", place);
  const { text, file } = patchText(patch, layer, place);
  const operations = operationsOf(text, file);
  if (operations.length === 0) throw invalid("the patch has no operations", place);
  return (set) => {
    for (const item of set.select(target)) patchJson(item, operations);
  };
}

/**
 * Reads the entries of `patchesStrategicMerge`, each the path of a file or the patch itself, and gives what applies
 * them. Throws `kustomize-patch-invalid`.
 */
export function readMergePatches(
  entries: readonly string[],
  layer: Layer,
  placeOf: (index: number) => Place,
): (set: ItemSet) => void {
  const patches = entries.flatMap((entry, index) =>
    mergePatchObjects(entry, layer, placeOf(index)).map((object) => layer.item(object)),
  );
  if (patches.length === 0) throw invalid("the patches are empty", placeOf(0));
  const { schemas } = layer.build;
  return (set) => {
    for (const patch of patches) {
      const target = set.one(patch.id);
      mergeInto(target, withApiVersion(withMetadataTexts(patch), target), {}, schemas);
    }
  };
}

/**
 * Gives a patch as Kustomize copies it for a target, or for `patchesStrategicMerge`: its labels and annotations become
 * texts, so that null doesn't remove one. Source: Resource.CopyMergeMetaDataFieldsFrom.
 */
function withMetadataTexts(patch: Item): Fields {
  for (const field of ["labels", "annotations"] as const) patch.setTexts(field, patch.texts(field));
  patch.setMetadata("namespace", patch.namespace);
  return patch.value ?? {};
}

function withApiVersion(object: Fields, { apiVersion }: Item): Fields {
  const copy = { ...object };
  setField(copy, "apiVersion", apiVersion);
  return copy;
}

function mergePatchObjects(entry: string, layer: Layer, place: Place): readonly Fields[] {
  try {
    return parseObjects(entry, place.file ?? "");
  } catch {
    // What isn't an object is the path of a file.
    return parseObjects(layer.readText(entry, place), layer.path(entry, place));
  }
}

function invalid(message: string, place: Place): CatalystError {
  return new CatalystError("kustomize-patch-invalid", message, { place });
}
