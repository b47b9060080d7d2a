import { CatalystError, type Place } from "@catalyst/base/errors";
import type { Generator } from "../kustomization/kustomization.ts";
import type { Layer } from "../layer.ts";

/** A key of a generated object and the bytes of its value. */
export type KeyValue = readonly [key: string, bytes: Uint8Array];

/**
 * Reads what a generator takes its data from: files of variables, texts, files. Throws `kustomize-generator-invalid`
 * naming the field, for one that can't be read and for a key that is there twice.
 */
export function keyValues(generator: Generator, layer: Layer, field: string): readonly KeyValue[] {
  const place = (name: string, index: number) => layer.place(`${field}.${name}[${index}]`);
  const { envs = [], literals = [], files = [] } = generator;
  const all = [
    ...envs.flatMap((path, index) =>
      variables(layer.read(path, place("envs", index)), path, place("envs", index)),
    ),
    ...literals.map((entry, index) => literal(entry, place("literals", index))),
    ...files.map((entry, index) => file(entry, layer, place("files", index))),
  ];
  const seen = new Set<string>();
  for (const [key] of all) {
    if (seen.has(key)) throw invalid(`the key '${key}' is there twice`, layer.place(field));
    seen.add(key);
  }
  return all;
}

/** Reads `key=value` lines; a line without `=` is a key without a value, one without a key nothing. */
function variables(bytes: Uint8Array, path: string, place: Place): readonly KeyValue[] {
  const content = utf8(bytes);
  if (content === undefined) throw invalid(`'${path}' isn't UTF-8`, place);
  return content
    .replace(/^\ufeff/, "")
    .split("\n")
    .map((line) => line.replace(/\r$/, "").trimStart())
    .filter((line) => line !== "" && !line.startsWith("#") && !line.startsWith("="))
    .map((line) => {
      const equals = line.indexOf("=");
      return equals < 0 ? [line, encode("")] : [line.slice(0, equals), encode(line.slice(equals + 1))];
    });
}

function literal(entry: string, place: Place): KeyValue {
  const equals = entry.indexOf("=");
  // The text may be a secret: it isn't quoted.
  if (equals < 1) throw invalid("a literal is key=value", place);
  return [entry.slice(0, equals), encode(unquoted(entry.slice(equals + 1)))];
}

function file(entry: string, layer: Layer, place: Place): KeyValue {
  const parts = entry.split("=");
  const [key = "", path = ""] = parts.length === 1 ? [entry.split("/").at(-1), entry] : parts;
  if (parts.length > 2 || key === "" || path === "") {
    throw invalid(`'${entry}' is not a path, nor key=path`, place);
  }
  return [key, layer.read(path, place)];
}

function unquoted(text: string): string {
  return /^(?:".*"|'.*')$/s.test(text) && text.length > 1 ? text.slice(1, -1) : text;
}

const encode = (text: string) => new TextEncoder().encode(text);

/** Decodes UTF-8; undefined when it is none. */
export function utf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function invalid(message: string, place: Place): CatalystError {
  return new CatalystError("kustomize-generator-invalid", message, { place });
}
