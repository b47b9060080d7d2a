import { CatalystError } from "@catalyst/base/errors";
import { goRegexp } from "@catalyst/base/go-regexp";
import { isObject } from "@catalyst/base/json";
import { parseYamlStream } from "@catalyst/base/yaml";
import { readText } from "./documents.ts";
import { type FileTree, resolvePath } from "./files.ts";
import { applyJsonPatch, type PatchOperation } from "./json-patch.ts";
import type { Patch, Selector } from "./kustomization.ts";
import { groupVersionOf, type KubeResource } from "./resource.ts";
import { strategicMerge } from "./strategic-merge.ts";
import { changed, isNamed, type Working } from "./working-set.ts";

type Fields = Readonly<Record<string, unknown>>;

interface Place {
  readonly file: string;
  readonly field: string;
}

/** Where a kustomization's files are looked up from. */
export interface PatchSource {
  readonly files: FileTree;
  readonly folder: string;
  readonly place: Place;
}

/**
 * Applies a patch to the objects it means: those its target selects, else the one it names itself. Throws
 * `kustomize-patch-failed` when it means none or can't be applied, naming file and field.
 */
export function applyPatch(all: readonly Working[], patch: Patch, source: PatchSource): readonly Working[] {
  const { place } = source;
  const file = patch.path === undefined ? undefined : resolvePath(source.folder, patch.path, place);
  const text = file === undefined ? (patch.patch ?? "") : readText(source.files, file, place);
  const operations = operationsOf(text, file ?? place.file);
  try {
    if (operations === undefined) return mergePatches(all, documentsOf(text, file ?? place.file), patch);
    if (patch.target === undefined)
      throw new CatalystError("kustomize-patch-failed", "a JSON patch needs a target");
    const selects = matcher(patch.target);
    return all.map((item) =>
      selects(item) ? renamed(item, applyJsonPatch(item.resource, operations), true, true) : item,
    );
  } catch (error) {
    if (!(error instanceof CatalystError) || error.code !== "kustomize-patch-failed") throw error;
    throw new CatalystError(error.code, error.message, { place, cause: error });
  }
}

function operationsOf(text: string, file: string): readonly PatchOperation[] | undefined {
  const { value } = parseYamlStream(text, { file, dialect: "kustomize" })[0] ?? {};
  return Array.isArray(value) ? (value as PatchOperation[]) : undefined;
}

function documentsOf(text: string, file: string): readonly Fields[] {
  return parseYamlStream(text, { file, dialect: "kustomize" }).map(({ value }) => {
    if (!isObject(value)) throw new CatalystError("kustomize-patch-failed", "a patch is a mapping or a list");
    return value;
  });
}

function mergePatches(
  all: readonly Working[],
  documents: readonly Fields[],
  patch: Patch,
): readonly Working[] {
  const { allowNameChange = false, allowKindChange = false } = patch.options ?? {};
  return documents.reduce((items, document) => {
    const selects = patch.target === undefined ? named(document) : matcher(patch.target);
    if (patch.target === undefined && !items.some(selects)) {
      const { kind, metadata } = document;
      const name = isObject(metadata) ? metadata["name"] : undefined;
      throw new CatalystError(
        "kustomize-patch-failed",
        `no matches for ${String(kind)} '${String(name)}' to patch`,
      );
    }
    return items.flatMap((item) => {
      if (!selects(item)) return [item];
      const merged = strategicMerge(item.resource, document);
      return merged === undefined
        ? []
        : [renamed(item, merged as KubeResource, allowNameChange, allowKindChange)];
    });
  }, all);
}

/** A patch that names its object says which one it means, not what that is to be called. */
function renamed(item: Working, patched: KubeResource, allowName: boolean, allowKind: boolean): Working {
  const { name, namespace } = item.resource.metadata;
  const { apiVersion, kind } = allowKind ? patched : item.resource;
  const keptName = allowName ? patched.metadata.name : name;
  const { namespace: _patched, ...metadata } = patched.metadata;
  const keptNamespace = allowName ? patched.metadata.namespace : namespace;
  return changed(item, {
    ...patched,
    apiVersion,
    kind,
    metadata: {
      ...metadata,
      name: keptName,
      ...(keptNamespace === undefined ? {} : { namespace: keptNamespace }),
    },
  });
}

function named(document: Fields): (item: Working) => boolean {
  const metadata = isObject(document["metadata"]) ? document["metadata"] : {};
  const wanted = groupVersionOf(String(document["apiVersion"] ?? ""));
  return (item) => {
    const { resource } = item;
    const actual = groupVersionOf(resource.apiVersion);
    const namespace = metadata["namespace"];
    return (
      resource.kind === document["kind"] &&
      actual.group === wanted.group &&
      isNamed(item, String(metadata["name"])) &&
      (namespace === undefined ||
        namespace === (resource.metadata.namespace ?? "default") ||
        item.before.some((known) => known.namespace === namespace))
    );
  };
}

/** Makes the test of a target. */
function matcher(target: Selector): (item: Working) => boolean {
  const { group, version, kind, name, namespace } = target;
  const fits = (pattern: string | undefined, value: string) =>
    pattern === undefined || pattern === "" || pattern === value || anchored(pattern)(value);
  return (item) => {
    const { resource } = item;
    const actual = groupVersionOf(resource.apiVersion);
    const names = [resource.metadata.name, ...item.before.map((known) => known.name)];
    const spaces = [resource.metadata.namespace ?? "", ...item.before.map((known) => known.namespace)];
    return (
      fits(group, actual.group) &&
      fits(version, actual.version) &&
      fits(kind, resource.kind) &&
      names.some((known) => fits(name, known)) &&
      spaces.some((known) => fits(namespace, known)) &&
      hasTexts(target.labelSelector, resource.metadata.labels) &&
      hasTexts(target.annotationSelector, resource.metadata.annotations)
    );
  };
}

function anchored(pattern: string): (value: string) => boolean {
  const expression = goRegexp(`^(?:${pattern})$`);
  return (value) => expression.test(value);
}

/** `a=b,c!=d,e,!f` as label selectors have it. */
function hasTexts(selector: string | undefined, texts: Readonly<Record<string, string>> = {}): boolean {
  if (selector === undefined || selector === "") return true;
  return selector.split(",").every((term) => {
    const [, name = "", operator, value = ""] =
      /^\s*(!?[^=!\s]+)\s*(?:(==?|!=)\s*(.*?))?\s*$/.exec(term) ?? [];
    if (operator === "!=") return texts[name] !== value;
    if (operator !== undefined) return texts[name] === value;
    return name.startsWith("!") ? texts[name.slice(1)] === undefined : texts[name] !== undefined;
  });
}
