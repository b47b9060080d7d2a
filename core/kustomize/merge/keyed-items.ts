import { CatalystError } from "@catalyst/base/errors";
import { fieldOf, isEmpty, isMapping, isNull, textOf } from "../values/scalar.ts";
import type { Keys, KeyTexts } from "./key-texts.ts";

/** What stands where an item was. */
const gone = Symbol("gone");

/** Items looked at for one list at most: an empty key text stands for any, so that many of them look at all the others. */
const workLimit = 500_000;

/** Places of items by the texts of some keys. */
interface Index {
  readonly keys: Keys;
  readonly places: Map<string, Set<number>>;
}

/**
 * A list whose items are found and replaced by the texts of their keys, without going through all of them. Source of
 * what matches: kyaml's ElementMatcher and ElementSetter.
 */
export class KeyedItems {
  readonly #items: unknown[] = [];
  /** By the names of the keys. What is filed under texts it no longer has is taken out when it is met. */
  readonly #indexes = new Map<string, Index>();
  readonly #placesOf = new Map<unknown, number[]>();
  /** Places of null and of mappings without a field: they go when an item is set. */
  readonly #empty = new Set<number>();
  /** Places of lists and of mappings with fields. */
  readonly #collections = new Set<number>();
  #work = 0;

  constructor(items: Iterable<unknown> = []) {
    for (const item of items) this.push(item);
  }

  /** The items there are, in their order. */
  all(): unknown[] {
    return this.#items.filter((item) => item !== gone);
  }

  push(item: unknown): void {
    this.#put(this.#items.length, item);
  }

  /** Finds the first item that has these texts, an empty one too. Throws `kustomize-too-large`. */
  find(keys: Keys, texts: KeyTexts): unknown {
    let first = Number.POSITIVE_INFINITY;
    for (const place of this.#having(keys, texts)) first = Math.min(first, place);
    return this.#items[first];
  }

  /** Has to be told of an item that was changed in place. */
  changed(item: unknown): void {
    for (const place of this.#placesOf.get(item) ?? []) {
      if (this.#items[place] === item) this.#file(place);
    }
  }

  /**
   * Replaces the items of these keys, or appends the value if there are none; undefined takes them out. An empty
   * text stands for any; a key behind the last text isn't asked for, and no text at all empties the list. Throws
   * `kustomize-patch-failed` for a collection among scalars, `kustomize-too-large`.
   */
  set(value: unknown, keys: Keys, texts: KeyTexts): void {
    const dropped = texts.length === 0 ? this.#items.keys() : this.#empty;
    for (const place of dropped) this.#put(place, gone);
    if (keys[0] === "" && this.#collections.size > 0) throw wrongItem();
    const matching = texts.length === 0 ? [] : this.#matching(keys, texts);
    for (const place of matching) this.#put(place, value === undefined ? gone : value);
    if (matching.length === 0 && !isNull(value)) this.push(value);
  }

  #matching(keys: Keys, texts: KeyTexts): readonly number[] {
    const isExact = (text: string | undefined, index: number) => keys[index] === "" || text !== "";
    const exact = this.#having(
      keys.filter((_key, index) => texts[index] !== undefined && isExact(texts[index], index)),
      texts.filter(isExact),
    );
    const any = keys.filter((_key, index) => texts[index] === "" && keys[index] !== "");
    return [...exact].filter((place) => any.every((key) => fieldOf(this.#items[place], key) !== undefined));
  }

  /** The places of the items that have exactly these texts. */
  *#having(keys: Keys, texts: KeyTexts): Iterable<number> {
    const wanted = JSON.stringify(texts);
    const places = this.#indexOf(keys).places.get(wanted);
    for (const place of places ?? []) {
      if (++this.#work > workLimit) throw tooLarge();
      if (filedUnder(this.#items[place], keys) === wanted) yield place;
      else places?.delete(place);
    }
  }

  #indexOf(keys: Keys): Index {
    const name = JSON.stringify(keys);
    const known = this.#indexes.get(name);
    if (known !== undefined) return known;
    const index: Index = { keys, places: new Map() };
    this.#indexes.set(name, index);
    for (const place of this.#items.keys()) fileIn(index, this.#items[place], place);
    return index;
  }

  #put(place: number, item: unknown): void {
    this.#items[place] = item;
    if (typeof item === "object" && item !== null) {
      const places = this.#placesOf.get(item);
      if (places === undefined) this.#placesOf.set(item, [place]);
      else if (places.at(-1) !== place) places.push(place);
    }
    this.#file(place);
  }

  #file(place: number): void {
    const item = this.#items[place];
    const isEmptyItem = item !== gone && (isNull(item) || (isMapping(item) && isEmpty(item)));
    if (isEmptyItem) this.#empty.add(place);
    else this.#empty.delete(place);
    if (!isEmptyItem && (isMapping(item) || Array.isArray(item))) this.#collections.add(place);
    else this.#collections.delete(place);
    for (const index of this.#indexes.values()) fileIn(index, item, place);
  }
}

function fileIn({ keys, places }: Index, item: unknown, place: number): void {
  const texts = filedUnder(item, keys);
  if (texts === undefined) return;
  const known = places.get(texts);
  if (known === undefined) places.set(texts, new Set([place]));
  else known.add(place);
}

/** What an item is found by; undefined for one that lacks a key. */
function filedUnder(item: unknown, keys: Keys): string | undefined {
  if (item === gone) return undefined;
  const values = keys.map((key) => (key === "" ? (textOf(item) as unknown) : fieldOf(item, key)));
  return values.includes(undefined) ? undefined : JSON.stringify(values.map(textOf));
}

function wrongItem(): CatalystError {
  return new CatalystError(
    "kustomize-patch-failed",
    "wrong node kind: expected scalar but got mapping or list",
  );
}

function tooLarge(): CatalystError {
  return new CatalystError("kustomize-too-large", `merging a list takes more than ${workLimit} steps`, {
    hint: "Give its items keys that aren't empty, each its own.",
  });
}
