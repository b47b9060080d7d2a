import { fieldOf, isEmpty, textOf } from "../values/scalar.ts";

/** Names of the fields that tell a list's items apart; the empty one alone: items are told apart by their texts. */
export type Keys = readonly string[];

/** The texts of an item's keys; one that isn't there is empty. */
export type KeyTexts = readonly string[];

/** Gives the key texts of the lists' items, each once, in their order. */
export function distinct(lists: readonly (readonly unknown[])[], keys: Keys): readonly KeyTexts[] {
  const seen = new Map<string, KeyTexts>();
  for (const item of lists.flat()) {
    const texts = keys[0] === "" ? [textOf(item)] : keys.map((key) => keyText(item, key));
    const identity = JSON.stringify(texts);
    if (!seen.has(identity)) seen.set(identity, texts);
  }
  return [...seen.values()];
}

function keyText(item: unknown, key: string): string {
  const value = fieldOf(item, key);
  return isEmpty(value) ? "" : textOf(value);
}

/**
 * Fills in a key that one item lacks from another that is the same otherwise: one after the other gives what it had to
 * each that fits that, in their order, and has in the end what it has together with the last one. Source: kyaml's validateKeys and fillKeys in walkAssociativeSequence.
 */
export function completed(all: readonly KeyTexts[]): readonly KeyTexts[] {
  const completion = new Completion(all);
  for (const one of all.keys()) completion.complete(one);
  return completion.texts;
}

/** Which keys an item has, as one character for each: those that have the same are found together. */
type Shape = string;

/** Places of items, in their order, by the texts of some keys. */
type Places = Map<string, number[]>;

/**
 * Key texts on their way to be completed. Two fit when all keys agree that both have, and there is one that both have
 * or both lack. So of each shape those that fit are found by the texts of the keys it shares with the one asked for.
 */
class Completion {
  readonly texts: KeyTexts[];
  /** By shape, then by the keys that are asked for. */
  readonly #places = new Map<Shape, Map<Shape, Places>>();

  constructor(all: readonly KeyTexts[]) {
    this.texts = [...all];
    for (const texts of all) this.#places.set(shapeOf(texts), new Map());
  }

  complete(one: number): void {
    const texts = this.#of(one);
    let last = -1;
    for (let other = this.#next(texts, 0); other !== undefined; other = this.#next(texts, other + 1)) {
      const both = texts.map((text, index) => text || (this.#of(other as number)[index] ?? ""));
      this.#set(one, both);
      this.#set(other, both);
      last = other;
    }
    // Together with one that has the same texts it has them as before.
    if (last >= 0 && this.#lastSame(texts) > last) this.#set(one, texts);
  }

  #of(place: number): KeyTexts {
    return this.texts[place] ?? [];
  }

  /** The first from a place on that fits, and has other keys: with the same ones it would have the same texts. */
  #next(texts: KeyTexts, from: number): number | undefined {
    const shape = shapeOf(texts);
    let first: number | undefined;
    for (const other of this.#places.keys()) {
      if (other === shape) continue;
      const shared = [...shape]
        .map((mark, index) => (mark === "1" && other[index] === "1" ? "1" : "0"))
        .join("");
      const isLackedByBoth = [...shape].some((mark, index) => mark === "0" && other[index] === "0");
      if (!shared.includes("1") && !isLackedByBoth) continue;
      const found = this.#firstOf(other, shared, texts, from);
      if (found !== undefined && (first === undefined || found < first)) first = found;
    }
    return first;
  }

  #firstOf(shape: Shape, shared: Shape, texts: KeyTexts, from: number): number | undefined {
    const wanted = textsOf(texts, shared);
    const places = this.#indexed(shape, shared).get(wanted) ?? [];
    const start = placeOf(places, from);
    // Those that got other texts since are in other places.
    let gone = 0;
    while (start + gone < places.length && !this.#isAt(places[start + gone], shape, shared, wanted)) gone++;
    places.splice(start, gone);
    return places[start];
  }

  /** The last place that has these texts; -1 if there's none. */
  #lastSame(texts: KeyTexts): number {
    const shape = shapeOf(texts);
    const wanted = textsOf(texts, shape);
    const places = this.#indexed(shape, shape).get(wanted) ?? [];
    while (places.length > 0 && !this.#isAt(places.at(-1), shape, shape, wanted)) places.pop();
    return places.at(-1) ?? -1;
  }

  #isAt(place: number | undefined, shape: Shape, shared: Shape, wanted: string): boolean {
    const texts = this.#of(place ?? -1);
    return shapeOf(texts) === shape && textsOf(texts, shared) === wanted;
  }

  #indexed(shape: Shape, shared: Shape): Places {
    const ofShape = this.#places.get(shape) ?? new Map<Shape, Places>();
    const known = ofShape.get(shared);
    if (known !== undefined) return known;
    const made: Places = new Map();
    ofShape.set(shared, made);
    for (const [place, texts] of this.texts.entries()) {
      if (shapeOf(texts) === shape) put(made, textsOf(texts, shared), place);
    }
    return made;
  }

  #set(place: number, texts: KeyTexts): void {
    if (this.#of(place) === texts) return;
    this.texts[place] = texts;
    const shape = shapeOf(texts);
    const ofShape = this.#places.get(shape) ?? new Map<Shape, Places>();
    this.#places.set(shape, ofShape);
    for (const [shared, places] of ofShape) put(places, textsOf(texts, shared), place);
  }
}

function shapeOf(texts: KeyTexts): Shape {
  return texts.map((text) => (text === "" ? "0" : "1")).join("");
}

function textsOf(texts: KeyTexts, shape: Shape): string {
  return JSON.stringify(texts.filter((_text, index) => shape[index] === "1"));
}

function put(places: Places, texts: string, place: number): void {
  const known = places.get(texts) ?? [];
  places.set(texts, known);
  const at = placeOf(known, place);
  if (known[at] !== place) known.splice(at, 0, place);
}

/** Where in an ordered list the first that isn't below a number stands. */
function placeOf(places: readonly number[], from: number): number {
  let low = 0;
  let high = places.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((places[middle] as number) < from) low = middle + 1;
    else high = middle;
  }
  return low;
}
