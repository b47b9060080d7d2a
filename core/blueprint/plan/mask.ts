import { concealer } from "@catalyst/base/conceal";
import { isObject } from "@catalyst/base/json";
import { printYaml } from "@catalyst/base/yaml";
import type { KubeObject } from "@catalyst/ports/kubernetes";
import { isSecretName } from "../expansion/plaintext.ts";

const hidden = "(secret)";
const hiddenChange = "(secret, changed)";

/** Shorter values are found everywhere: hiding them would tell more than it hides. */
const shortestCopy = 8;

/** What `kubectl apply` writes down is the whole object, values and all. */
const lastApplied = "kubectl.kubernetes.io/last-applied-configuration";

type Fields = Readonly<Record<string, unknown>>;

/** One render beside another, object by object; absent: it isn't there. */
export interface ObjectPair {
  readonly before: KubeObject | undefined;
  readonly after: KubeObject | undefined;
}

/** What of a render is shown. */
export interface ShownRender {
  readonly objects: readonly KubeObject[];
  /** Values of Secrets that the chart looked up: they may stand anywhere in the objects. */
  readonly secretTexts: readonly string[];
}

/**
 * Makes what hides secret values in the objects of one render, or of two that are compared: the values of Secrets, also
 * of those within lists, and wherever else one stands, be it in a key, that its Secret keeps under a secret's name
 * (`password`). Whether a Secret's value changed stays visible; nothing else about it does.
 */
export function secretMask(objects: readonly KubeObject[]): (pair: ObjectPair) => ObjectPair {
  const values = new Set(objects.flatMap((object) => secretsOf(object).flatMap(namedValues)));
  // the longest first: a value may be part of another
  const copies = [...values].sort((a, b) => b.length - a.length);
  const mask = (object: KubeObject | undefined, earlier: KubeObject | undefined): KubeObject | undefined =>
    object === undefined ? undefined : (withoutCopies(withoutValues(object, earlier), copies) as KubeObject);
  return ({ before, after }) => ({ before: mask(before, undefined), after: mask(after, before) });
}

/** Prints one render's objects as YAML documents, with secret values hidden: its own, and those that were looked up. */
export function printMasked({ objects, secretTexts }: ShownRender): string {
  const shown = concealObjects(objects, secretTexts);
  const mask = secretMask(shown);
  return shown.map((after) => printYaml(mask({ before: undefined, after }).after)).join("---\n");
}

/**
 * Takes secret values out of objects wherever a chart put them. What an object is known by stays, and a Secret's own
 * values do: they are masked when it is shown.
 */
export function concealObjects(
  objects: readonly KubeObject[],
  secretTexts: readonly string[],
): readonly KubeObject[] {
  if (secretTexts.length === 0) return objects;
  const conceal = concealer(secretTexts);
  return objects.map((object) => {
    const { name, namespace } = object.metadata;
    const shown = concealValue(object, conceal) as KubeObject;
    const { apiVersion, kind, data, stringData } = object;
    return {
      ...shown,
      apiVersion,
      kind,
      metadata: { ...shown.metadata, name, ...(namespace === undefined ? {} : { namespace }) },
      ...(kind === "Secret" && data !== undefined ? { data } : {}),
      ...(kind === "Secret" && stringData !== undefined ? { stringData } : {}),
    };
  });
}

function concealValue(value: unknown, conceal: (text: string) => string): unknown {
  if (typeof value === "string") return conceal(value);
  if (Array.isArray(value)) return value.map((item) => concealValue(item, conceal));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [conceal(key), concealValue(item, conceal)]),
  );
}

/** An object that is a Secret, or the Secrets in its list. */
function secretsOf(object: unknown): Fields[] {
  if (!isObject(object)) return [];
  if (object["kind"] === "Secret") return [object];
  return Array.isArray(object["items"]) ? object["items"].flatMap(secretsOf) : [];
}

/** The values that a Secret keeps under a secret's name, as texts and in base64. */
function namedValues(secret: Fields): string[] {
  const texts = (field: string): [string, string][] =>
    Object.entries(isObject(secret[field]) ? secret[field] : {}).flatMap(([key, value]) =>
      typeof value === "string" && isSecretName(key) ? [[field, value]] : [],
    );
  return [...texts("data"), ...texts("stringData")].flatMap(([field, value]) => {
    const text = field === "data" ? Buffer.from(value, "base64").toString() : value;
    return text.length < shortestCopy ? [] : [text, Buffer.from(text).toString("base64")];
  });
}

function withoutValues(object: Fields, earlier: unknown): Fields {
  const before = isObject(earlier) ? earlier : {};
  const { items } = object;
  if (object["kind"] !== "Secret") {
    if (!Array.isArray(items)) return object;
    const old = Array.isArray(before["items"]) ? before["items"] : [];
    const same = (item: Fields) => old.find((one) => isObject(one) && nameOf(one) === nameOf(item));
    return {
      ...object,
      items: items.map((item) => (isObject(item) ? withoutValues(item, same(item)) : item)),
    };
  }
  const masked: Record<string, unknown> = { ...object, ...(metadataOf(object) ?? {}) };
  for (const field of ["data", "stringData"])
    if (object[field] !== undefined) masked[field] = hiddenValues(object[field], before[field]);
  return masked;
}

function hiddenValues(values: unknown, earlier: unknown): unknown {
  if (!isObject(values)) return hidden;
  const changed = (key: string, value: unknown) =>
    isObject(earlier) && Object.hasOwn(earlier, key) && earlier[key] !== value;
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => [key, changed(key, value) ? hiddenChange : hidden]),
  );
}

function nameOf(object: Fields): string {
  const metadata = isObject(object["metadata"]) ? object["metadata"] : {};
  return [object["kind"], metadata["namespace"], metadata["name"]].join("/");
}

/** A Secret's metadata without the copy of its values; undefined when there is none. */
function metadataOf({ metadata }: Fields): { readonly metadata: Fields } | undefined {
  const annotations = isObject(metadata) ? metadata["annotations"] : undefined;
  if (!isObject(metadata) || !isObject(annotations) || annotations[lastApplied] === undefined)
    return undefined;
  return { metadata: { ...metadata, annotations: { ...annotations, [lastApplied]: hidden } } };
}

function withoutCopies(value: unknown, copies: readonly string[]): unknown {
  if (copies.length === 0) return value;
  if (typeof value === "string") return withoutCopy(value, copies);
  if (Array.isArray(value)) return value.map((item) => withoutCopies(item, copies));
  if (!isObject(value)) return value;
  const shown = new Map<string, unknown>();
  for (const [key, inside] of Object.entries(value)) {
    const name = withoutCopy(key, copies);
    // two keys that are hidden stay two
    let place = name;
    for (let count = 2; shown.has(place); count++) place = `${name} ${count}`;
    shown.set(place, withoutCopies(inside, copies));
  }
  return Object.fromEntries(shown);
}

function withoutCopy(text: string, copies: readonly string[]): string {
  return copies.reduce((left, copy) => (left.includes(copy) ? left.replaceAll(copy, hidden) : left), text);
}
