import { CatalystError, describeError, isCatalystError } from "@catalyst/base/errors";
import { compareText } from "@catalyst/base/go-order";
import { GoYamlError, parseGoYaml } from "@catalyst/base/go-yaml";
import { isObject } from "@catalyst/base/json";
import { printYaml } from "@catalyst/base/yaml";
import { type Manifest, sortManifests, splitManifests } from "@catalyst/charts";
import { readDocuments } from "@catalyst/kustomize";
import type { CommonMetadata, PostRenderer, PostRenderStrategy } from "@catalyst/ports/flux";
import { kustomized } from "./kustomize-renderer.ts";
import { fieldsOf, fileAnnotation, type Marked, pathOf, withMark } from "./marked-object.ts";

type Fields = Readonly<Record<string, unknown>>;
type Texts = Readonly<Record<string, string>>;
type Files = ReadonlyMap<string, string>;

/** What Flux's post-renderers do to what a chart gives. */
export interface PostRendering {
  /** Whether hooks go through it with all else, by themselves, or not at all. */
  readonly postRenderStrategy: PostRenderStrategy;
  /** What Kustomize changes before, in turn. */
  readonly postRenderers: readonly PostRenderer[];
  /** Labels and annotations that every object gets, whatever it has. */
  readonly commonMetadata: CommonMetadata | undefined;
  /** Labels that say whose every object is: nothing sets them otherwise. */
  readonly originLabels: Texts;
}

/**
 * Does it to what a chart's templates gave, by path, before Helm sorts it: lists are taken apart, and everything is
 * written anew with the meaning that Kustomize sees in it, for which `yes` is a text. Throws `release-manifest-invalid`,
 * and `chart-manifest-invalid` where hooks are told from the others. Source: renderResources, annotateAndMerge and
 * splitAndDeannotate of Helm; helm-controller's postrender.
 */
export function postRendered(files: Files, rendering: PostRendering): Files {
  if (rendering.postRenderStrategy === "combined") return renderedTogether(files, rendering);
  const { hooks, manifests } = sortManifests(files);
  const [ofHooks, ofManifests] = [filesOf(hooks), filesOf(manifests)];
  const separate = rendering.postRenderStrategy === "separate" && ofHooks.size > 0;
  return joined(
    separate ? renderedTogether(ofHooks, rendering, "hooks") : ofHooks,
    ofManifests.size > 0 ? renderedTogether(ofManifests, rendering, "manifests") : ofManifests,
  );
}

function filesOf(manifests: readonly Manifest[]): Files {
  return joined(...manifests.map(({ path, content }): Files => new Map([[path, content]])));
}

/** All files; those of one path are one. */
function joined(...parts: readonly Files[]): Files {
  const files = new Map<string, string>();
  for (const [path, text] of parts.flatMap((part) => [...part])) {
    const before = files.get(path);
    files.set(path, before === undefined ? text : `${before}\n---\n${text}`);
  }
  return files;
}

/** `group`: what the files are called, where they aren't all that a chart gives. */
function renderedTogether(files: Files, rendering: PostRendering, group?: "hooks" | "manifests"): Files {
  const merged = mergedObjects(files, group ?? "manifests");
  try {
    const changed = rendering.postRenderers.reduce(kustomized, merged);
    return byPath(
      resources(changed).map((object) => withMetadata(object, rendering)),
      group === undefined ? "" : `${group}-`,
    );
  } catch (cause) {
    if (!isCatalystError(cause)) throw cause;
    const words = `error while running post render on ${group ?? "files"}: ${describeError(cause)}`;
    throw new CatalystError("release-manifest-invalid", words, { cause });
  }
}

/** All objects of the files, in the order of their paths, each with its path. */
function mergedObjects(files: Files, group: string): readonly Marked[] {
  return [...files]
    .filter(isRendered)
    .sort(([a], [b]) => compareText(a, b))
    .flatMap(([path, content]) => splitManifests(content).flatMap((text) => objectsOf(text, path, group)));
}

/** Helm leaves out what only other templates use. */
function isRendered([path, content]: readonly [string, string]): boolean {
  return !path.slice(path.lastIndexOf("/") + 1).startsWith("_") && content.trim() !== "";
}

function objectsOf(text: string, path: string, group: string): readonly Marked[] {
  try {
    return readDocuments(text, path, "yaml")
      .flatMap(unwrapped)
      .map((value) => withMark(value, path));
  } catch (cause) {
    if (!isCatalystError(cause)) throw cause;
    const words = `error merging ${group}: parsing ${path}: ${goWords(text) ?? cause.message}`;
    throw new CatalystError("release-manifest-invalid", words, { cause });
  }
}

/** What Go's parser says of a text that is no YAML. */
function goWords(text: string): string | undefined {
  try {
    parseGoYaml(text, text.length);
    return undefined;
  } catch (error) {
    return error instanceof GoYamlError ? `MalformedYAMLError: ${error.message}` : undefined;
  }
}

/** The objects of a document: a List is taken apart where it stands. */
function unwrapped(value: unknown): readonly Fields[] {
  if (value === null) return [];
  if (!isObject(value)) {
    const kind = Array.isArray(value) ? "SequenceNode" : "ScalarNode";
    const words = `wrong node kind: expected MappingNode but got ${kind}: node contents:\n${printYaml(value).trimEnd()}`;
    throw new CatalystError("release-manifest-invalid", words);
  }
  const { kind, items } = value;
  const isList = (kind === "List" || kind === "ResourceList") && Array.isArray(items);
  return isList ? items.filter(isObject) : [value];
}

/**
 * The objects as Kustomize's factory takes them: other lists are taken apart behind all the others, and lose their
 * path; nothing is without a kind and a name, and nothing is there twice.
 */
function resources(objects: readonly Marked[]): readonly Marked[] {
  const waiting = [...objects];
  const taken: Marked[] = [];
  // It grows while it is gone through.
  for (const object of waiting) {
    if (Object.keys(object).length === 0) continue;
    const isList = textOf(object["kind"]).endsWith("List");
    refuseNameless(object, isList);
    if (isList && Array.isArray(object["items"])) waiting.push(...object["items"].filter(isObject));
    else taken.push(object);
  }
  refuseTwice(taken);
  return taken;
}

function refuseNameless(object: Marked, isList: boolean): void {
  const { kind, metadata } = object;
  const missing =
    textOf(kind) === ""
      ? "kind"
      : !isList && textOf(fieldsOf(metadata)["name"]) === ""
        ? "metadata.name"
        : undefined;
  if (missing === undefined) return;
  throw new CatalystError(
    "release-manifest-invalid",
    `missing ${missing} in object ${printedMetadata(object)}`,
  );
}

/** As Go prints kyaml's ResourceMeta. */
function printedMetadata(object: Marked): string {
  const { name, namespace, labels, annotations } = fieldsOf(object["metadata"]);
  const map = (texts: unknown) =>
    `map[${Object.entries(fieldsOf(texts))
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, text]) => `${key}:${textOf(text)}`)
      .join(" ")}]`;
  const type = `{${textOf(object["apiVersion"])} ${textOf(object["kind"])}}`;
  return `{${type} {{${textOf(name)} ${textOf(namespace)}} ${map(labels)} ${map(annotations)}}}`;
}

function refuseTwice(objects: readonly Marked[]): void {
  const seen = new Set<string>();
  for (const { apiVersion, kind, metadata } of objects) {
    const { name, namespace } = fieldsOf(metadata);
    const [version = "", group] = textOf(apiVersion).split("/").reverse();
    const key = JSON.stringify([group, version, kind, name, textOf(namespace) || "default"]);
    if (seen.has(key)) {
      const id = `${textOf(kind)}.${version || "[noVer]"}.${group || "[noGrp]"}/${textOf(name)}.${textOf(namespace) || "[noNs]"}`;
      const words = `may not add resource with an already registered id: ${id}`;
      throw new CatalystError("release-manifest-invalid", words);
    }
    seen.add(key);
  }
}

function withMetadata(value: Marked, { commonMetadata = {}, originLabels }: PostRendering): Marked {
  const metadata = fieldsOf(value["metadata"]);
  const labels = { ...fieldsOf(metadata["labels"]), ...commonMetadata.labels, ...originLabels };
  const annotations = { ...fieldsOf(metadata["annotations"]), ...commonMetadata.annotations };
  return { ...value, metadata: { ...metadata, annotations, labels } };
}

/** The texts by their paths, as Helm cuts them; what lost its path gets one of its own. */
function byPath(objects: readonly Marked[], prefix: string): Files {
  const found = new Map<string, string>();
  for (const [index, object] of objects.entries()) {
    const path = pathOf(object) || `generated-by-postrender-${prefix}${index}.yaml`;
    const { annotations: all, ...others } = fieldsOf(object["metadata"]);
    const { [fileAnnotation]: _path, ...annotations } = fieldsOf(all);
    const kept = Object.keys(annotations).length > 0 ? { annotations } : {};
    const text = printYaml({ ...object, metadata: { ...others, ...kept } });
    const before = found.get(path);
    found.set(path, before === undefined ? text : `${before}---\n${text}`);
  }
  return found;
}

/** A scalar as its text. */
function textOf(value: unknown): string {
  return value === undefined || value === null ? "" : String(value);
}
