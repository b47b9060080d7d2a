import { CatalystError, type Place } from "@catalyst/base/errors";
import { allAtOnce, type Pieces } from "@catalyst/base/pieces";
import { yamlStreamPieces } from "@catalyst/base/yaml";
import type { FileTree } from "../files.ts";
import {
  type Fields,
  fieldOf,
  isEmpty,
  isMapping,
  isNull,
  meaningOf,
  readScalar,
  type ScalarForm,
  textOf,
} from "../values/scalar.ts";

/**
 * Objects already parsed, by their file's identity: between two builds only changed files are parsed. Bounded:
 * past `limit` files the ones longest unused go.
 */
export interface DocumentCache {
  get(identity: string): readonly Fields[] | undefined;
  set(identity: string, objects: readonly Fields[]): void;
}

/** A cache in memory; `limit` in files, default 20,000. */
export function documentCache(limit = 20_000): DocumentCache {
  const entries = new Map<string, readonly Fields[]>();
  return {
    get: (identity) => {
      const found = entries.get(identity);
      if (found !== undefined) {
        entries.delete(identity);
        entries.set(identity, found);
      }
      return found;
    },
    set: (identity, objects) => {
      entries.set(identity, objects);
      const oldest = entries.size > limit ? entries.keys().next().value : undefined;
      if (oldest !== undefined) entries.delete(oldest);
    },
  };
}

/** Decodes a file as text. Throws `kustomize-file-missing`. */
export function readText(files: FileTree, path: string, place: Place): string {
  const bytes = files.read(path);
  if (bytes === undefined) {
    throw new CatalystError("kustomize-file-missing", `there is no file '${path}'`, { place });
  }
  return new TextDecoder().decode(bytes);
}

/** Parses a file's Kubernetes objects, a document at a time. Throws as parseObjects, with file and line. */
export function* readObjects(
  files: FileTree,
  path: string,
  from: Place,
  cache?: DocumentCache,
): Pieces<readonly Fields[]> {
  const identity = files.identity(path);
  const known = identity === undefined ? undefined : cache?.get(identity);
  if (known !== undefined) return known;
  const objects = yield* objectPieces(readText(files, path, from), path);
  if (identity !== undefined) cache?.set(identity, objects);
  return objects;
}

/**
 * Parses a text's Kubernetes objects, as Kustomize splits and reads it; `file` is named in errors. The items of a
 * `…List` come behind everything else. Throws `yaml-invalid`, or `kustomize-resource-invalid` naming the place when
 * `kind` or a name is missing.
 */
export function parseObjects(text: string, file: string): readonly Fields[] {
  return allAtOnce(objectPieces(text, file));
}

/**
 * Parses a text's objects without taking lists apart, as Kustomize reads what a chart's templates make when they
 * are no objects once that is done: only a text that is nothing but one List is its items. Throws as parseObjects.
 */
export function parseWholeObjects(text: string, file: string): readonly Fields[] {
  const documents = allAtOnce(documentPieces(text, file));
  const [first] = documents;
  const isAlone = !/\n---.*\r?\n/.test(text) && textOf(fieldOf(first?.value, "kind")) === "List";
  const items = isAlone && isMapping(first?.value) ? listItems(first.value, { file }) : undefined;
  return (items ?? documents.map(({ value, line }) => ({ value, place: { file, line } })))
    .filter(({ value }) => !isEmpty(value))
    .map(checkedObject);
}

function* objectPieces(text: string, file: string): Pieces<readonly Fields[]> {
  const documents = yield* documentPieces(text, file);
  const waiting: Placed[] = documents.map(({ value, line }) => ({ value, place: { file, line } }));
  const objects: Fields[] = [];
  // It grows while it is gone through.
  for (const next of waiting) {
    if (isEmpty(next.value)) continue;
    const object = checkedObject(next);
    const items = textOf(object["kind"]).endsWith("List") ? listItems(object, next.place) : undefined;
    if (items === undefined) objects.push(object);
    else for (const item of items) waiting.push(item);
  }
  return objects;
}

/**
 * Parses a text's documents, whatever they are, with the meaning that Kustomize sees in their scalars; in the form `yaml`
 * whole numbers that no double holds are bigints. Throws `yaml-invalid`.
 */
export function readDocuments(text: string, file: string, form: ScalarForm): readonly unknown[] {
  return allAtOnce(documentPieces(text, file)).map(({ value }) => meaningOf(value, form));
}

interface Placed {
  readonly value: unknown;
  readonly place: Place;
}

interface ParsedDocument {
  readonly value: unknown;
  readonly line: number | undefined;
}

/** Largest file that is read: definitions of one project stand together in several MiB. */
const sizeLimit = 16 * 1024 * 1024;

/** Parses a text's documents; scalars keep their texts. */
function* documentPieces(text: string, file: string): Pieces<readonly ParsedDocument[]> {
  // Each document may begin with a byte order mark, as where files were put behind each other: Helm says whence each is.
  const unix = text.replaceAll("\r\n", "\n").replace(/(\n(?:---|#).*\n)\ufeff/g, "$1");
  refuseSeparators(unix, file);
  const source = { file, dialect: "kustomize", scalar: readScalar, sizeLimit } as const;
  const documents = yield* yamlStreamPieces(unix, source);
  return documents.map(({ value, lineOf }) => ({ value, line: lineOf([]) }));
}

/** Between documents stands `---` alone, or a comment behind it. */
function refuseSeparators(text: string, file: string): void {
  const found = /\n---[ \t]*[^\s#].*\n/.exec(text);
  if (found === null) return;
  const line = text.slice(0, found.index + 1).split("\n").length;
  throw new CatalystError("yaml-invalid", `invalid document separator: ${found[0].trim()}`, {
    place: { file, line },
  });
}

function checkedObject({ value, place }: Placed): Fields {
  if (!isMapping(value)) throw invalid("this is not a Kubernetes object", place);
  const kind = givenText(value["kind"]);
  if (kind === "") throw invalid("missing Resource kind", { ...place, field: "kind" });
  if (!kind.endsWith("List") && givenText(fieldOf(value["metadata"], "name")) === "") {
    throw invalid("missing metadata.name in object", { ...place, field: "metadata.name" });
  }
  return value;
}

/** A text that is null isn't given, however null is written. */
function givenText(value: unknown): string {
  return isNull(value) ? "" : textOf(value);
}

/** The items of a list; undefined for an object that is called so without having any. */
function listItems(list: Fields, place: Place): readonly Placed[] | undefined {
  const items = fieldOf(list, "items");
  if (items === undefined) return undefined;
  if (isEmpty(items)) return [];
  if (!Array.isArray(items)) throw invalid("items is not a list", { ...place, field: "items" });
  return items.map((value, index) => ({ value, place: { ...place, field: `items[${index}]` } }));
}

function invalid(message: string, place: Place): CatalystError {
  return new CatalystError("kustomize-resource-invalid", message, { place });
}
