import { CatalystError } from "@catalyst/base/errors";
import type { Selector } from "../kustomization/kustomization.ts";
import { isMapping, isNull, textOf } from "../values/scalar.ts";
import { writtenTexts } from "../values/style.ts";
import { type Behavior, effectiveNamespace, type Item, idKey, type ObjectId, possibleKeys } from "./item.ts";
import { ItemIndex, type KeysOf } from "./item-index.ts";
import { selectorTest } from "./selector.ts";

/** Most objects one build may consist of: folders that include others twice multiply them. */
const sizeLimit = 100_000;

const currentId: KeysOf = (item) => possibleKeys(item.id);
const anyId: KeysOf = (item) => item.ids.flatMap(possibleKeys);
const anyName: KeysOf = (item) => item.ids.map(({ name }) => name);

/** The objects gathered so far, in their order. No two are called the same. */
export class ItemSet {
  /** Deleted ones stay until the list is asked for. */
  #items: Item[] = [];
  readonly #places = new Map<Item, number>();
  /** What was changed since it was filed. */
  readonly #changed = new Set<Item>();
  #hasDeleted = false;
  /** Those that were asked for. */
  readonly #indexes = new Map<KeysOf, ItemIndex>();
  readonly #watch = (item: Item) => {
    this.#changed.add(item);
  };

  /** The objects that no step deleted. */
  get items(): readonly Item[] {
    this.#fileChanged();
    if (this.#hasDeleted) {
      this.#items = this.#items.filter((item) => item.value !== undefined);
      this.#hasDeleted = false;
      this.#places.clear();
      for (const [place, item] of this.#items.entries()) this.#places.set(item, place);
    }
    return this.#items;
  }

  /** Adds objects. Throws `kustomize-duplicate` when one is there already. */
  append(items: readonly Item[]): void {
    for (const item of items) {
      const key = idKey(item.id);
      if (this.#found(currentId, key, ({ id }) => idKey(id) === key).length > 0) throw duplicate(item);
      this.#put(this.#items.length, item);
    }
    if (this.#items.length > sizeLimit) {
      throw new CatalystError("kustomize-too-large", `there are more than ${sizeLimit} objects`);
    }
  }

  /** Adds what a generator made, or merges it into, or puts it in place of, what is called so. */
  absorb(item: Item): void {
    const [found, ...others] = this.#called(item.id);
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
    this.#replace(found, item);
  }

  /** The objects, in their order, that are or were called by a name, and are or were then what a test accepts. */
  named(name: string, accepts: (id: ObjectId) => boolean): readonly Item[] {
    return this.#found(anyName, name, (item) => item.ids.some((id) => id.name === name && accepts(id)));
  }

  /** The one object that is or was called so. Throws `kustomize-patch-failed` unless there is exactly one. */
  one(id: ObjectId): Item {
    const [found, ...others] = this.#called(id);
    if (found !== undefined && others.length === 0) return found;
    const words = found === undefined ? "no matches" : "multiple matches";
    throw new CatalystError("kustomize-patch-failed", `${words} for ${describeId(id)}`);
  }

  /** The objects that a selector selects, in their order. Throws `kustomize-selector-invalid`. */
  select(selector: Selector): readonly Item[] {
    const selects = selectorTest(selector);
    return this.candidates(selector.name).filter(selects);
  }

  /** The objects, in their order, among which are all that are or were called by a name that a pattern means. */
  candidates(pattern = ""): readonly Item[] {
    return isLiteral(pattern) ? this.named(pattern, () => true) : this.items;
  }

  #called(id: ObjectId): readonly Item[] {
    const key = idKey(id);
    return this.#found(anyId, key, (item) => item.ids.some((other) => idKey(other) === key));
  }

  #found(by: KeysOf, key: string, accepts: (item: Item) => boolean): readonly Item[] {
    const found = [...this.#index(by).find(key)].filter(accepts);
    return found.length < 2 ? found : found.sort((one, other) => this.#placeOf(one) - this.#placeOf(other));
  }

  #index(by: KeysOf): ItemIndex {
    this.#fileChanged();
    const known = this.#indexes.get(by);
    if (known !== undefined) return known;
    const index = new ItemIndex(by);
    this.#indexes.set(by, index);
    for (const item of this.items) index.file(item);
    return index;
  }

  #placeOf(item: Item): number {
    return this.#places.get(item) ?? 0;
  }

  #fileChanged(): void {
    for (const item of this.#changed) {
      if (item.value === undefined) this.#hasDeleted = true;
      for (const index of this.#indexes.values()) {
        if (item.value === undefined) index.remove(item);
        else index.file(item);
      }
    }
    this.#changed.clear();
  }

  #put(place: number, item: Item): void {
    this.#items[place] = item;
    this.#places.set(item, place);
    item.watch = this.#watch;
    this.#changed.add(item);
  }

  #replace(before: Item, item: Item): void {
    const place = this.#placeOf(before);
    this.#places.delete(before);
    this.#changed.delete(before);
    before.watch = undefined;
    for (const index of this.#indexes.values()) index.remove(before);
    this.#put(place, item);
  }
}

/** Tells whether a pattern means nothing but its own text. */
function isLiteral(pattern: string): boolean {
  return /^[\w-]+$/.test(pattern);
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
  item.isNoted = before.isNoted;
  if (item.isNoted) item.note();
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
  item.value = Object.keys(merged).length === 0 ? rest : { ...rest, [field]: writtenTexts(merged) };
}

function valueTexts(value: unknown): Readonly<Record<string, string>> {
  if (!isMapping(value)) return {};
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name, isNull(item) ? "" : textOf(item)]),
  );
}
