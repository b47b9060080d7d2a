import type { Item } from "./item.ts";

/** Gives the keys by which an item is to be found. */
export type KeysOf = (item: Item) => readonly string[];

/** Items by keys that change with them: each is found under those it had when it was filed last. */
export class ItemIndex {
  readonly #keysOf: KeysOf;
  readonly #items = new Map<string, Set<Item>>();
  readonly #keys = new Map<Item, readonly string[]>();

  constructor(keysOf: KeysOf) {
    this.#keysOf = keysOf;
  }

  find(key: string): Iterable<Item> {
    return this.#items.get(key) ?? [];
  }

  /** Puts an item under the keys it has now, and takes it from those it had. */
  file(item: Item): void {
    const keys = [...new Set(this.#keysOf(item))];
    const before = this.#keys.get(item);
    if (before?.length === keys.length && before.every((key, index) => key === keys[index])) return;
    this.remove(item);
    this.#keys.set(item, keys);
    for (const key of keys) {
      const known = this.#items.get(key);
      if (known === undefined) this.#items.set(key, new Set([item]));
      else known.add(item);
    }
  }

  remove(item: Item): void {
    for (const key of this.#keys.get(item) ?? []) {
      const known = this.#items.get(key);
      known?.delete(item);
      if (known?.size === 0) this.#items.delete(key);
    }
    this.#keys.delete(item);
  }
}
