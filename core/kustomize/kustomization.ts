import { CatalystError } from "@catalyst/base/errors";
import { isObject } from "@catalyst/base/json";
import { type LocatedYaml, parseYaml } from "@catalyst/base/yaml";
import { readText } from "./documents.ts";
import type { FieldSpec } from "./field-paths.ts";
import type { FileTree } from "./files.ts";
import { kustomizationFileOf } from "./scan.ts";

type Texts = Readonly<Record<string, string>>;

/** Which objects something applies to; texts are anchored regular expressions. */
export interface Selector {
  readonly group?: string;
  readonly version?: string;
  readonly kind?: string;
  readonly name?: string;
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly annotationSelector?: string;
}

/** A strategic merge or JSON 6902 patch, inline or in a file. */
export interface Patch {
  readonly patch?: string;
  readonly path?: string;
  readonly target?: Selector;
  readonly options?: { readonly allowNameChange?: boolean; readonly allowKindChange?: boolean };
}

export interface Labels {
  readonly pairs: Texts;
  readonly includeSelectors?: boolean;
  readonly includeTemplates?: boolean;
  readonly fields?: readonly FieldSpec[];
}

export interface ImageChange {
  readonly name: string;
  readonly newName?: string;
  readonly newTag?: string;
  readonly tagSuffix?: string;
  readonly digest?: string;
}

export interface GeneratorOptions {
  readonly labels?: Texts;
  readonly annotations?: Texts;
  readonly disableNameSuffixHash?: boolean;
  readonly immutable?: boolean;
}

/** A ConfigMap or Secret made from files and texts. */
export interface Generator {
  readonly name: string;
  readonly namespace?: string;
  readonly behavior?: "create" | "merge" | "replace" | "unspecified";
  readonly files?: readonly string[];
  readonly literals?: readonly string[];
  readonly envs?: readonly string[];
  readonly env?: string;
  readonly type?: string;
  readonly options?: GeneratorOptions;
}

/** The fields of a kustomization that a build understands. */
export interface Kustomization {
  readonly resources?: readonly string[];
  readonly bases?: readonly string[];
  readonly components?: readonly string[];
  readonly namespace?: string;
  readonly namePrefix?: string;
  readonly nameSuffix?: string;
  readonly labels?: readonly Labels[];
  readonly commonLabels?: Texts;
  readonly commonAnnotations?: Texts;
  readonly images?: readonly ImageChange[];
  readonly replicas?: readonly { readonly name: string; readonly count: number }[];
  readonly patches?: readonly Patch[];
  readonly patchesStrategicMerge?: readonly string[];
  readonly patchesJson6902?: readonly Patch[];
  readonly configMapGenerator?: readonly Generator[];
  readonly secretGenerator?: readonly Generator[];
  readonly generatorOptions?: GeneratorOptions;
  readonly sortOptions?: {
    readonly order: "legacy" | "fifo";
    readonly legacySortOptions?: {
      readonly orderFirst?: readonly string[];
      readonly orderLast?: readonly string[];
    };
  };
}

type Shape = "text" | "texts" | "objects" | "object";

const shapes: Readonly<Record<keyof Kustomization, Shape>> = {
  resources: "texts",
  bases: "texts",
  components: "texts",
  namespace: "text",
  namePrefix: "text",
  nameSuffix: "text",
  labels: "objects",
  commonLabels: "object",
  commonAnnotations: "object",
  images: "objects",
  replicas: "objects",
  patches: "objects",
  patchesStrategicMerge: "texts",
  patchesJson6902: "objects",
  configMapGenerator: "objects",
  secretGenerator: "objects",
  generatorOptions: "object",
  sortOptions: "object",
};

export interface KustomizationFile {
  readonly path: string;
  readonly isComponent: boolean;
  readonly fields: Kustomization;
}

/**
 * Reads a folder's kustomization. Throws `kustomize-missing` when there's none, `kustomize-invalid` naming file,
 * line and field when a field isn't known or has the wrong shape.
 */
export function readKustomization(files: FileTree, folder: string): KustomizationFile {
  const path = kustomizationFileOf(files, folder);
  if (path === undefined) {
    throw new CatalystError("kustomize-missing", `there is no kustomization.yaml in '${folder || "."}'`, {
      place: { file: folder || "." },
    });
  }
  const text = readText(files, path, { file: path, field: "" });
  const document = parseYaml(text, { file: path, dialect: "kustomize" });
  const value = document.value ?? {};
  if (!isObject(value)) throw invalid(path, document, "", "a kustomization is a mapping");
  const { apiVersion: _version, kind, metadata: _metadata, ...fields } = value;
  for (const [field, content] of Object.entries(fields)) {
    const shape = Object.hasOwn(shapes, field) ? shapes[field as keyof Kustomization] : undefined;
    if (shape === undefined) throw invalid(path, document, field, `unknown field '${field}'`);
    if (content !== null && !hasShape(content, shape))
      throw invalid(path, document, field, `${field} is not ${words[shape]}`);
  }
  const present = Object.entries(fields).filter(([, content]) => content !== null);
  return { path, isComponent: kind === "Component", fields: Object.fromEntries(present) };
}

const words: Readonly<Record<Shape, string>> = {
  text: "a text",
  texts: "a list of texts",
  objects: "a list of mappings",
  object: "a mapping",
};

function hasShape(value: unknown, shape: Shape): boolean {
  if (shape === "text") return typeof value === "string";
  if (shape === "object") return isObject(value);
  if (!Array.isArray(value)) return false;
  return value.every((item) => (shape === "texts" ? typeof item === "string" : isObject(item)));
}

function invalid(file: string, document: LocatedYaml, field: string, message: string): CatalystError {
  const line = document.lineOf(field === "" ? [] : [field]);
  return new CatalystError("kustomize-invalid", message, { place: { file, line, field } });
}
