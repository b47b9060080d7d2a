import { CatalystError } from "@catalyst/base/errors";
import type { Generator, GeneratorOptions } from "../kustomization/kustomization.ts";
import type { Layer } from "../layer.ts";
import type { Behavior, Item } from "../objects/item.ts";
import { setField } from "../values/scalar.ts";
import { writtenTexts } from "../values/style.ts";
import { type KeyValue, keyValues, utf8 } from "./key-values.ts";

/**
 * Makes a ConfigMap or Secret of what a generator says; `field` is where that stands. Throws
 * `kustomize-generator-invalid`.
 */
export function generateData(
  kind: "ConfigMap" | "Secret",
  generator: Generator,
  layer: Layer,
  field: string,
): Item {
  const { name = "", namespace = "", options } = generator;
  if (name === "") {
    throw new CatalystError("kustomize-generator-invalid", "a generator must have a name", {
      place: layer.place(field),
    });
  }
  const { labels = {}, annotations = {}, immutable = false, disableNameSuffixHash = false } = options ?? {};
  const item = layer.item({
    apiVersion: "v1",
    ...(kind === "Secret" ? { type: generator.type || "Opaque" } : {}),
    ...dataOf(kind, keyValues(generator, layer, field)),
    ...(immutable ? { immutable: true } : {}),
    kind,
    metadata: {
      name,
      ...(namespace === "" ? {} : { namespace }),
      ...(Object.keys(labels).length === 0 ? {} : { labels: writtenTexts(labels) }),
      ...(Object.keys(annotations).length === 0 ? {} : { annotations: writtenTexts(annotations) }),
    },
  });
  item.isHashed = !disableNameSuffixHash;
  item.behavior = behaviorOf(generator.behavior);
  item.note();
  return item;
}

function behaviorOf(text: string | undefined): Behavior {
  return text === "create" || text === "merge" || text === "replace" ? text : "unspecified";
}

/** A generator's own options, and where they don't say, those of the whole kustomization. */
export function combinedOptions(
  common: GeneratorOptions | undefined,
  own: GeneratorOptions | undefined,
): GeneratorOptions {
  return {
    labels: { ...common?.labels, ...own?.labels },
    annotations: { ...common?.annotations, ...own?.annotations },
    disableNameSuffixHash: own?.disableNameSuffixHash === true || common?.disableNameSuffixHash === true,
    immutable: own?.immutable === true || common?.immutable === true,
  };
}

function dataOf(kind: "ConfigMap" | "Secret", all: readonly KeyValue[]): Readonly<Record<string, unknown>> {
  const data: Record<string, string> = {};
  const binaryData: Record<string, string> = {};
  for (const [key, bytes] of all) {
    const text = kind === "Secret" ? undefined : utf8(bytes);
    if (kind === "Secret") setField(data, key, base64(bytes));
    else if (text === undefined) setField(binaryData, key, base64(bytes));
    else setField(data, key, text);
  }
  const isNone = (fields: object) => Object.keys(fields).length === 0;
  return {
    ...(isNone(data) && kind === "ConfigMap" ? {} : { data: writtenTexts(data) }),
    ...(isNone(binaryData) ? {} : { binaryData: writtenTexts(binaryData) }),
  };
}

/** Base64 in lines of 70 characters when it is longer than one, as Kustomize writes it. */
function base64(bytes: Uint8Array): string {
  const text = Buffer.from(bytes).toString("base64");
  return text.length < 70 ? text : text.replace(/.{1,70}/g, "$&\n");
}
