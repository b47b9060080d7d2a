import { CatalystError } from "@catalyst/base/errors";
import { isObject } from "@catalyst/base/json";
import { parseYaml } from "@catalyst/base/yaml";
import type { FieldSpec } from "../values/field-spec.ts";
import { mergeSpecs, type NameReference } from "./transformer-config.ts";

/** What the OpenAPI definitions of custom kinds add to where transformers make their changes. */
export interface CrdConfig {
  readonly commonAnnotations: readonly FieldSpec[];
  readonly commonLabels: readonly FieldSpec[];
  readonly namePrefix: readonly FieldSpec[];
  readonly nameReference: readonly NameReference[];
}

interface Property {
  readonly $ref?: string;
  readonly [extension: string]: unknown;
}

/** Deepest chain of references between definitions that is followed. */
const depthLimit = 64;

/** Most fields that are looked at: definitions that refer to each other twice multiply them. */
const fieldLimit = 20_000;

/**
 * Reads a file of `crds`: OpenAPI definitions by name, in which `x-kubernetes-…` extensions say which fields are
 * names, labels, annotations or references. Throws `kustomize-invalid`, `kustomize-too-large`. Source: Kustomize's
 * loadconfigfromcrds.
 */
export function readCrds(content: string, file: string): CrdConfig {
  const { value } = parseYaml(content, { file });
  if (!isObject(value)) {
    throw new CatalystError("kustomize-invalid", "this is not a mapping of definitions", { place: { file } });
  }
  const wrong = Object.keys(value).find((name) => value[name] !== null && !isObject(value[name]));
  if (wrong !== undefined) {
    throw new CatalystError("kustomize-invalid", `'${wrong}' is not a definition`, { place: { file } });
  }
  const reader = new CrdReader(value, file);
  for (const [name, definition] of Object.entries(value)) {
    const properties = propertiesOf(definition);
    if (!["kind", "apiVersion", "metadata"].every((field) => Object.hasOwn(properties, field))) continue;
    reader.read(name, name.split(".").at(-1) ?? "", []);
  }
  return reader.config;
}

class CrdReader {
  readonly #definitions: Readonly<Record<string, unknown>>;
  readonly #file: string;
  #fields = 0;
  config: CrdConfig = { commonAnnotations: [], commonLabels: [], namePrefix: [], nameReference: [] };

  constructor(definitions: Readonly<Record<string, unknown>>, file: string) {
    this.#definitions = definitions;
    this.#file = file;
  }

  read(name: string, kind: string, path: readonly string[]): void {
    if (!Object.hasOwn(this.#definitions, name) || path.length > depthLimit) return;
    for (const [field, property] of Object.entries(propertiesOf(this.#definitions[name]))) {
      if (++this.#fields > fieldLimit) {
        const message = `the definitions come to more than ${fieldLimit} fields`;
        throw new CatalystError("kustomize-too-large", message, { place: { file: this.#file } });
      }
      const own = [...path, field];
      this.#property(property, kind, own);
      if (property.$ref !== undefined) this.read(property.$ref, kind, own);
    }
  }

  #property(property: Property, kind: string, path: readonly string[]): void {
    const spec = { kind, path: path.join("/") };
    const has = (extension: string) => typeof property[extension] === "string";
    const { config } = this;
    if (has("x-kubernetes-annotation"))
      this.#set({ commonAnnotations: mergeSpecs(config.commonAnnotations, [spec]) });
    if (has("x-kubernetes-label-selector"))
      this.#set({ commonLabels: mergeSpecs(config.commonLabels, [spec]) });
    if (has("x-kubernetes-identity")) this.#set({ namePrefix: mergeSpecs(config.namePrefix, [spec]) });
    const version = property["x-kubernetes-object-ref-api-version"];
    const target = property["x-kubernetes-object-ref-kind"];
    if (typeof version !== "string" || typeof target !== "string") return;
    const nameKey = property["x-kubernetes-object-ref-name-key"];
    const name = typeof nameKey === "string" ? nameKey : "name";
    const fieldSpecs = [{ kind, path: [...path, name].join("/") }];
    this.#set({ nameReference: [...config.nameReference, { kind: target, version, fieldSpecs }] });
  }

  #set(part: Partial<CrdConfig>): void {
    this.config = { ...this.config, ...part };
  }
}

function propertiesOf(definition: unknown): Readonly<Record<string, Property>> {
  const schema = isObject(definition) ? (definition["Schema"] ?? definition["schema"]) : undefined;
  const properties = isObject(schema) ? schema["properties"] : undefined;
  if (!isObject(properties)) return {};
  return Object.fromEntries(
    Object.entries(properties).filter((entry): entry is [string, Property] => isObject(entry[1])),
  );
}
