import type { MergeRule } from "../openapi/merge-rules.ts";
import { fieldOf, isEmpty, isMapping, isNull, setField, textOf } from "../values/scalar.ts";
import { completed, distinct, type Keys, type KeyTexts } from "./key-texts.ts";
import { KeyedItems } from "./keyed-items.ts";
import type { MutableFields } from "./mutable.ts";

/** Merges two values by a rule; undefined: the value goes. */
export interface KeyedMerge {
  values(into: unknown, patch: unknown, rule: MergeRule): unknown;
}

/**
 * Merges a patch's list into one whose items have keys, or, without keys, into a set of scalars. The patch's items
 * come first, in its order. Only keys that some item has count, so that ports without a protocol still meet.
 * Source: kyaml's walkAssociativeSequence with MergeOptionsListPrepend.
 */
export function mergeKeyedList(
  into: readonly unknown[],
  patch: unknown,
  rule: MergeRule & { readonly keys: Keys },
  merge: KeyedMerge,
): readonly unknown[] {
  const keys = rule.keys.length === 0 ? [""] : rule.keys;
  const changes = Array.isArray(patch) ? patch : [];
  let all = distinct([changes, into], keys);
  if (all.length === 0) return into;
  if (keys.length > 1) all = completed(all);
  const present = keys.map((_key, index) => all.some((texts) => texts[index] !== ""));
  const isUsed = (index: number) => present[index] === true || !present.includes(true);
  const used = keys.filter((_key, index) => isUsed(index));
  const items = new KeyedItems(into);
  const merging: Merging = {
    into: items,
    // A list that is new, or takes the place of what was there, is merged with itself: what goes from it is gone.
    changes: patch === into ? items : new KeyedItems(changes),
    merged: new KeyedItems(),
    keys: used,
  };
  for (const texts of all) {
    mergeItem(
      merging,
      texts.filter((_text, index) => isUsed(index)),
      rule,
      merge,
    );
  }
  return withRest(merging);
}

interface Merging {
  readonly into: KeyedItems;
  readonly changes: KeyedItems;
  readonly merged: KeyedItems;
  readonly keys: Keys;
}

function mergeItem(
  { into, changes, merged, keys }: Merging,
  texts: KeyTexts,
  { of }: MergeRule,
  merge: KeyedMerge,
): void {
  const own = ownKeys(keys, texts);
  const before = into.find(own.keys, own.texts);
  const change = changes.find(own.keys, own.texts);
  const value = merge.values(before, change, of === undefined ? {} : { of });
  const isLeftOut = isNull(value) || (isMapping(value) && isEmpty(value));
  if (!isLeftOut && isMapping(value)) {
    keys.forEach((key, index) => {
      const text = texts[index] ?? "";
      if (text !== "" && fieldOf(value, key) === undefined) setField(value as MutableFields, key, text);
    });
  }
  for (const list of [into, changes, merged]) {
    list.changed(before);
    list.changed(change);
  }
  if (isLeftOut) into.set(undefined, keys, texts);
  else merged.set(value, keys, texts);
}

/** The keys that an item has, and its texts for them; all of them when it has none. */
function ownKeys(keys: Keys, texts: KeyTexts): { readonly keys: Keys; readonly texts: KeyTexts } {
  if (texts.every((text) => text === "")) return { keys, texts };
  return {
    keys: keys.filter((_key, index) => texts[index] !== ""),
    texts: texts.filter((text) => text !== ""),
  };
}

/** Puts the items that were there behind those that were merged, which they replace where they have their keys. */
function withRest({ into, merged, keys }: Merging): unknown[] {
  for (const item of into.all()) {
    if (keys[0] === "") {
      merged.set(item, keys, [textOf(item)]);
      continue;
    }
    const texts: string[] = [];
    for (const key of keys) {
      const value = fieldOf(item, key);
      if (value === undefined) merged.push(item);
      else texts.push(textOf(value));
    }
    if (keys.length > 1) merged.set(undefined, keys, texts);
    merged.set(item, keys, texts);
  }
  return merged.all();
}
