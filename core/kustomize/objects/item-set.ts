import { CatalystError } from "@catalyst/base/errors";
import type { Selector } from "../kustomization/kustomization.ts";
import { isMapping, isNull, textOf } from "../values/scalar.ts";
import { type Behavior, effectiveNamespace, type Item, idKey, type ObjectId } from "./item.ts";
import { selectorTest } from "./selector.ts";

/** Most objects one build may consist of: folders that include others twice multiply them. */
const sizeLimit = 100_000;

/** The objects gathered so far, in their order. No two are called the same. */
export class ItemSet {
  #items: readonly Item[] = [];
  /** Keys of what the objects are called; undefined when that may have changed. */
  #keys: Set<string> | undefined = new Set();

  get items(): readonly Item[] {
    return this.#items;
  }

  /** Adds objects. Throws `kustomize-duplicate` when one is there already. */
  append(items: readonly Item[]): void {
    this.#keys ??= new Set(this.#items.map((item) => idKey(item.id)));
    for (const item of items) {
      const key = idKey(item.id);
      if (this.#keys.has(key)) throw duplicate(item);
      this.#keys.add(key);
    }
    this.#items = [...this.#items, ...items];
    if (this.#items.length > sizeLimit) {
      throw new CatalystError("kustomize-too-large", `there are more than ${sizeLimit} objects`);
    }
  }

  /** Lets a step change objects; those it deletes are left out. */
  change(step: (items: readonly Item[]) => void): void {
    step(this.#items);
    this.#replaceAll(this.#items.filter((item) => item.value !== undefined));
  }

  /** Adds what a generator made, or merges it into, or puts it in place of, what is called so. */
  absorb(items: readonly Item[]): void {
    for (const item of items) this.#absorbOne(item);
  }

  /** The objects that a test of what they are or were called accepts. */
  byAnyId(accepts: (id: ObjectId) => boolean): readonly Item[] {
    return this.#items.filter((item) => item.value !== undefined && item.ids.some(accepts));
  }

  /** The one object that is or was called so. Throws `kustomize-patch-failed` unless there is exactly one. */
  one(id: ObjectId): Item {
    const key = idKey(id);
    const [found, ...others] = this.byAnyId((other) => idKey(other) === key);
    if (found !== undefined && others.length === 0) return found;
    const words = found === undefined ? "no matches" : "multiple matches";
    throw new CatalystError("kustomize-patch-failed", `${words} for ${describeId(id)}`);
  }

  /** The objects that a selector selects. Throws `kustomize-selector-invalid`. */
  select(selector: Selector): readonly Item[] {
    const selects = selectorTest(selector);
    return this.#items.filter((item) => selects(item));
  }

  #replaceAll(items: readonly Item[]): void {
    this.#items = items;
    this.#keys = undefined;
  }

  #absorbOne(item: Item): void {
    const key = idKey(item.id);
    const [found, ...others] = this.byAnyId((id) => idKey(id) === key);
    const { behavior } = item;
    if (others.length > 0) {
      const message = `several objects could be merged with ${describeId(item.id)}`;
      throw new CatalystError("kustomize-duplicate", message);
    }
    if (found === undefined) {
      if (behavior === "merge" || behavior === "replace") throw missing(item, behavior);
      this.append([item]);
      return;
    }
    if (behavior !== "merge" && behavior !== "replace") throw duplicate(item);
    takeOver(item, found, behavior);
    this.#replaceAll(this.#items.map((other) => (other === found ? item : other)));
  }
}

function missing(item: Item, behavior: Behavior): CatalystError {
  const message = `there is no ${item.kind} '${item.name}' to ${behavior}`;
  return new CatalystError("kustomize-generator-invalid", message);
}

function duplicate(item: Item): CatalystError {
  return new CatalystError("kustomize-duplicate", `${describeId(item.id)} is there twice`);
}

/** Names an object for a person. */
export function describeId(id: ObjectId): string {
  const namespace = id.namespace === "" ? "" : ` in namespace '${effectiveNamespace(id)}'`;
  return `${id.kind} '${id.name}'${namespace}`;
}

/** Gives a generated object what the one before it had: name, texts, former names; merging, its data too. */
function takeOver(item: Item, before: Item, behavior: "merge" | "replace"): void {
  item.setTexts("labels", { ...before.texts("labels"), ...item.texts("labels") });
  item.setTexts("annotations", { ...before.texts("annotations"), ...item.texts("annotations") });
  item.setMetadata("name", before.name);
  item.setMetadata("namespace", before.namespace);
  item.former = before.former;
  item.prefixes = before.prefixes;
  item.suffixes = before.suffixes;
  item.variables = before.variables;
  item.isHashed &&= before.isHashed;
  item.behavior = before.behavior;
  if (behavior === "replace") return;
  item.origin = before.origin ?? item.origin;
  mergeData(item, before, "data");
  mergeData(item, before, "binaryData");
}

function mergeData(item: Item, before: Item, field: "data" | "binaryData"): void {
  const { [field]: own, ...rest } = item.value ?? {};
  const merged = { ...valueTexts(before.value?.[field]), ...valueTexts(own) };
  item.value = Object.keys(merged).length === 0 ? rest : { ...rest, [field]: merged };
}

function valueTexts(value: unknown): Readonly<Record<string, string>> {
  if (!isMapping(value)) return {};
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name, isNull(item) ? "" : textOf(item)]),
  );
}
