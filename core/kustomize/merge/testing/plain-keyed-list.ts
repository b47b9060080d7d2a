import { CatalystError } from "@catalyst/base/errors";
import type { MergeRule } from "../../openapi/merge-rules.ts";
import { fieldOf, isEmpty, isMapping, isNull, setField, textOf } from "../../values/scalar.ts";
import type { KeyedMerge } from "../keyed-list.ts";
import type { MutableFields } from "../mutable.ts";

type Keys = readonly string[];
/** The texts of an item's keys; one that isn't there is empty. */
type KeyTexts = readonly string[];

/**
 * `mergeKeyedList` as its source has it, going through the lists for every item: what the fast one is held against.
 * Merges a patch's list into one whose items have keys, or, without keys, into a set of scalars. The patch's items
 * come first, in its order. Only keys that some item has count, so that ports without a protocol still meet.
 * Source: kyaml's walkAssociativeSequence with MergeOptionsListPrepend.
 */
export function mergeKeyedListPlainly(
  into: unknown[],
  patch: unknown,
  rule: MergeRule & { readonly keys: Keys },
  merge: KeyedMerge,
): unknown[] | undefined {
  const keys = rule.keys.length === 0 ? [""] : rule.keys;
  const patchItems = Array.isArray(patch) ? patch : undefined;
  let all = distinct([patchItems ?? [], into], keys);
  if (all.length === 0) return into;
  if (keys.length > 1) all = completed(all);
  const merged: unknown[] = [];
  let used: Keys = keys;
  for (const texts of all) {
    const present = presentKeys(all, texts, keys);
    used = present.keys;
    mergeItem({ into, patchItems, merged, ...present }, rule, merge);
  }
  return withRest(merged, into, used);
}

interface ItemMerge {
  readonly into: unknown[];
  readonly patchItems: readonly unknown[] | undefined;
  readonly merged: unknown[];
  readonly keys: Keys;
  readonly texts: KeyTexts;
}

function mergeItem(
  { into, patchItems, merged, keys, texts }: ItemMerge,
  rule: MergeRule,
  merge: KeyedMerge,
): void {
  const own = presentKeys([texts], texts, keys);
  const at = into.findIndex((item) => isItem(item, own.keys, own.texts));
  const before = at < 0 ? undefined : into[at];
  const change = patchItems?.find((item) => isItem(item, own.keys, own.texts));
  const value = merge.values(before, change, { ...(rule.of === undefined ? {} : { of: rule.of }) });
  if (isNull(value) || (isMapping(value) && isEmpty(value))) {
    setItem(into, undefined, keys, texts);
    return;
  }
  keys.forEach((key, index) => {
    const text = texts[index] ?? "";
    if (isMapping(value) && fieldOf(value, key) === undefined && text !== "")
      setField(value as MutableFields, key, text);
  });
  setItem(merged, value, keys, texts);
}

/** The key texts of the lists' items, each once, in their order. */
function distinct(lists: readonly (readonly unknown[])[], keys: Keys): readonly KeyTexts[] {
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

/** Fills in a key that one item lacks from another that is the same otherwise. */
function completed(all: readonly KeyTexts[]): readonly KeyTexts[] {
  const result = [...all];
  for (let one = 0; one < result.length; one++) {
    const texts = result[one] ?? [];
    for (let other = 0; other < result.length; other++) {
      const both = joined(texts, result[other] ?? []);
      if (both === undefined) continue;
      result[one] = both;
      result[other] = both;
    }
  }
  return result;
}

function joined(one: KeyTexts, other: KeyTexts): KeyTexts | undefined {
  if (!one.some((text, index) => text === other[index])) return undefined;
  if (one.some((text, index) => text !== other[index] && text !== "" && other[index] !== ""))
    return undefined;
  return one.map((text, index) => text || (other[index] ?? ""));
}

/** The keys that any of the items has, and an item's texts for them; all keys when none has any. */
function presentKeys(
  all: readonly KeyTexts[],
  texts: KeyTexts,
  keys: Keys,
): { readonly keys: Keys; readonly texts: KeyTexts } {
  const present = keys.map((_key, index) => all.some((other) => (other[index] ?? "") !== ""));
  if (!present.includes(true)) return { keys, texts };
  return {
    keys: keys.filter((_key, index) => present[index]),
    texts: texts.filter((text, index) => text !== "" || present[index]),
  };
}

function isItem(item: unknown, keys: Keys, texts: KeyTexts): boolean {
  if (keys[0] === "") return textOf(item) === texts[0];
  if (!isMapping(item)) return false;
  return keys.every((key, index) => {
    const value = fieldOf(item, key);
    return value !== undefined && textOf(value) === (texts[index] ?? "");
  });
}

/** Replaces the items of these keys, or appends the value if there are none; undefined takes them out. */
function setItem(list: unknown[], value: unknown, keys: Keys, texts: KeyTexts): void {
  let isThere = false;
  const kept: unknown[] = [];
  for (const item of list) {
    if (isNull(item) || (isMapping(item) && isEmpty(item))) continue;
    if (!isMapping(item) && keys[0] !== "" && (texts[0] ?? "") !== "") {
      kept.push(item);
      continue;
    }
    if (!hasKeys(item, keys, texts)) {
      if (texts.length > 0) kept.push(item);
      continue;
    }
    isThere = true;
    if (value !== undefined) kept.push(value);
  }
  list.splice(0, list.length, ...kept);
  if (!isThere && !isNull(value)) list.push(value);
}

function hasKeys(item: unknown, keys: Keys, texts: KeyTexts): boolean {
  if (texts.length === 0) return false;
  return keys.every((key, index) => {
    const text = texts[index];
    if (text === undefined) return true;
    if (key === "") {
      if (isMapping(item) || Array.isArray(item)) throw wrongItem();
      return textOf(item) === text;
    }
    const value = fieldOf(item, key);
    return value !== undefined && (text === "" || textOf(value) === text);
  });
}

/** Puts the items that were there behind those that were merged, which they replace where they have their keys. */
function withRest(merged: unknown[], into: readonly unknown[], keys: Keys): unknown[] {
  for (const item of into) {
    if (keys[0] === "") {
      setItem(merged, item, keys, [textOf(item)]);
      continue;
    }
    const texts: string[] = [];
    for (const key of keys) {
      const value = fieldOf(item, key);
      if (value === undefined) merged.push(item);
      else texts.push(textOf(value));
    }
    if (keys.length > 1) setItem(merged, undefined, keys, texts);
    setItem(merged, item, keys, texts);
  }
  return merged;
}

function wrongItem(): CatalystError {
  return new CatalystError(
    "kustomize-patch-failed",
    "wrong node kind: expected scalar but got mapping or list",
  );
}
