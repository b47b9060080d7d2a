import { sha256Hex } from "@catalyst/base/digest";
import { CatalystError } from "@catalyst/base/errors";
import { isObject } from "@catalyst/base/json";
import { readText } from "./documents.ts";
import { type FileTree, resolvePath } from "./files.ts";
import type { Generator, GeneratorOptions } from "./kustomization.ts";
import type { KubeResource } from "./resource.ts";
import { type Working, workingOf } from "./working-set.ts";

interface Source {
  readonly files: FileTree;
  readonly folder: string;
  readonly file: string;
}

/** Makes, merges or replaces the ConfigMaps or Secrets that a kustomization generates. */
export function generate(
  all: readonly Working[],
  kind: "ConfigMap" | "Secret",
  generators: readonly Generator[],
  common: GeneratorOptions,
  source: Source,
): readonly Working[] {
  const field = kind === "ConfigMap" ? "configMapGenerator" : "secretGenerator";
  const items = [...all];
  for (const [index, generator] of generators.entries()) {
    const place = { file: source.file, field: `${field}[${index}]` };
    const made = generated(kind, generator, common, source, place);
    const options = { ...common, ...generator.options };
    const hashed = options.disableNameSuffixHash !== true;
    const { behavior = "create" } = generator;
    if (behavior === "create" || behavior === "unspecified") {
      items.push(workingOf(made, hashed));
      continue;
    }
    const at = items.findIndex((item) => item.resource.kind === kind && isSame(item, made));
    const found = items[at];
    if (found === undefined) {
      const message = `there is no ${kind} '${generator.name}' to ${behavior}`;
      throw new CatalystError("kustomize-invalid", message, { place });
    }
    const resource = behavior === "merge" ? merged(found.resource, made) : replaced(found.resource, made);
    items[at] = { ...found, resource, hashed: found.hashed || hashed };
  }
  return items;
}

function isSame(item: Working, made: KubeResource): boolean {
  const first = item.before[0] ?? {
    name: item.resource.metadata.name,
    namespace: item.resource.metadata.namespace ?? "",
  };
  return first.name === made.metadata.name && first.namespace === (made.metadata.namespace ?? "");
}

function merged(before: KubeResource, made: KubeResource): KubeResource {
  const fields = (name: string) => {
    const both = { ...(before[name] as object | undefined), ...(made[name] as object | undefined) };
    return Object.keys(both).length === 0 ? {} : { [name]: both };
  };
  return { ...before, ...fields("data"), ...fields("binaryData"), metadata: mergedMetadata(before, made) };
}

function replaced(before: KubeResource, made: KubeResource): KubeResource {
  return { ...made, metadata: mergedMetadata(before, made) };
}

function mergedMetadata(before: KubeResource, made: KubeResource): KubeResource["metadata"] {
  const texts = (name: "labels" | "annotations") => {
    const both = { ...before.metadata[name], ...made.metadata[name] };
    return Object.keys(both).length === 0 ? {} : { [name]: both };
  };
  return { ...before.metadata, ...texts("labels"), ...texts("annotations") };
}

function generated(
  kind: "ConfigMap" | "Secret",
  generator: Generator,
  common: GeneratorOptions,
  source: Source,
  place: { readonly file: string; readonly field: string },
): KubeResource {
  const pairs = pairsOf(generator, source, place);
  const { labels, annotations, immutable } = combined(common, generator.options ?? {});
  const data: Record<string, string> = {};
  const binaryData: Record<string, string> = {};
  for (const [key, bytes] of pairs) {
    const text = asText(bytes);
    if (kind === "Secret") data[key] = encoded(bytes);
    else if (text === undefined) binaryData[key] = encoded(bytes);
    else data[key] = text;
  }
  return {
    apiVersion: "v1",
    kind,
    metadata: {
      name: generator.name,
      ...(generator.namespace === undefined ? {} : { namespace: generator.namespace }),
      ...(labels === undefined ? {} : { labels }),
      ...(annotations === undefined ? {} : { annotations }),
    },
    ...(Object.keys(data).length === 0 ? {} : { data }),
    ...(Object.keys(binaryData).length === 0 ? {} : { binaryData }),
    ...(kind === "Secret" ? { type: generator.type ?? "Opaque" } : {}),
    ...(immutable === true ? { immutable } : {}),
  };
}

function combined(common: GeneratorOptions, own: GeneratorOptions): GeneratorOptions {
  const labels = { ...common.labels, ...own.labels };
  const annotations = { ...common.annotations, ...own.annotations };
  return {
    ...common,
    ...own,
    ...(Object.keys(labels).length === 0 ? {} : { labels }),
    ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
  };
}

type Pair = readonly [key: string, bytes: Uint8Array];

function pairsOf(
  generator: Generator,
  source: Source,
  place: { file: string; field: string },
): readonly Pair[] {
  const bytes = (text: string) => new TextEncoder().encode(text);
  const read = (path: string) => {
    const at = resolvePath(source.folder, path, place);
    const found = source.files.read(at);
    if (found === undefined)
      throw new CatalystError("kustomize-file-missing", `there is no file '${at}'`, { place });
    return found;
  };
  const envs = [...(generator.envs ?? []), ...(generator.env === undefined ? [] : [generator.env])];
  const pairs = [
    ...envs.flatMap((path) =>
      readText(source.files, resolvePath(source.folder, path, place), place)
        .split("\n")
        .map((line) => line.replace(/\r$/, "").trimStart())
        .filter((line) => line !== "" && !line.startsWith("#"))
        .map((line): Pair => [line.split("=")[0] ?? "", bytes(line.slice(line.indexOf("=") + 1))]),
    ),
    ...(generator.files ?? []).map((entry): Pair => {
      const equals = entry.indexOf("=");
      const path = entry.slice(equals + 1);
      return [equals < 0 ? (path.split("/").at(-1) ?? path) : entry.slice(0, equals), read(path)];
    }),
    ...(generator.literals ?? []).map((entry): Pair => {
      const equals = entry.indexOf("=");
      if (equals < 1) throw new CatalystError("kustomize-invalid", `'${entry}' is not key=value`, { place });
      return [entry.slice(0, equals), bytes(unquoted(entry.slice(equals + 1)))];
    }),
  ];
  const seen = new Set<string>();
  for (const [key] of pairs) {
    if (seen.has(key))
      throw new CatalystError("kustomize-invalid", `the key '${key}' is there twice`, { place });
    seen.add(key);
  }
  return pairs;
}

function unquoted(text: string): string {
  return /^(?:".*"|'.*')$/s.test(text) && text.length > 1 ? text.slice(1, -1) : text;
}

function asText(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** Base64 in lines of 70 characters when there is more than one, as Kustomize writes it. */
function encoded(bytes: Uint8Array): string {
  const text = Buffer.from(bytes).toString("base64");
  if (text.length < 70) return text;
  return text.replace(/.{1,70}/g, "$&\n");
}

/** The suffix that a generated object's name gets: it changes with the content. The name itself doesn't count. */
export function contentHash(resource: KubeResource): string {
  const { kind, data = "", binaryData, stringData, type = "" } = resource;
  const content: Record<string, unknown> =
    kind === "Secret"
      ? { data, kind, name: "", ...(isObject(stringData) ? { stringData } : {}), type }
      : { ...(isObject(binaryData) ? { binaryData } : {}), data, kind, name: "" };
  return encodedHash(sha256Hex(goJson(content)));
}

/** JSON as Go prints it: sorted keys, and `<`, `>` and `&` escaped. */
function goJson(value: unknown): string {
  const text = JSON.stringify(value, (_key, item: unknown) =>
    isObject(item) ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1))) : item,
  );
  return text.replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${(character.codePointAt(0) as number).toString(16).padStart(4, "0")}`,
  );
}

const letters: Readonly<Record<string, string>> = { "0": "g", "1": "h", "3": "k", a: "m", e: "t" };

function encodedHash(hex: string): string {
  return [...hex.slice(0, 10)].map((digit) => letters[digit] ?? digit).join("");
}
