import { isObject } from "@catalyst/base/json";
import type { TypeSchema } from "../schema/type-schema.ts";
import { FieldSet } from "./field-set.ts";
import { itemElement } from "./path-element.ts";
import { entriesOf, entryTypeOrAny, itemsOf, itemType, shapeOf } from "./shape.ts";

/** Every field a value states: what its applier owns (structured-merge-diff's ToFieldSet). */
export function ownedFields(type: TypeSchema, value: unknown): FieldSet {
  const set = new FieldSet();
  collect(set, [], type, value);
  return set;
}

function collect(set: FieldSet, path: string[], type: TypeSchema, value: unknown): void {
  const shape = shapeOf(type, value);
  if (shape === "map") collectEntries(set, path, type, value);
  else if (shape === "list") collectItems(set, path, type, itemsOf(value));
  else set.insert(path);
}

function collectEntries(set: FieldSet, path: string[], type: TypeSchema, value: unknown): void {
  const entries = entriesOf(value);
  for (const key in entries) {
    const entry = entries[key];
    if (entry === undefined) continue;
    path.push(`f:${key}`);
    collect(set, path, entryTypeOrAny(type, key), entry);
    const named = type.fields?.has(key) ?? false;
    if (!named || entry === null || (isObject(entry) && Object.keys(entry).length === 0)) set.insert(path);
    path.pop();
  }
}

function collectItems(set: FieldSet, path: string[], type: TypeSchema, items: readonly unknown[]): void {
  const elements = items.map((item) => itemElement(type, item));
  const counts = new Map<string | undefined, number>();
  for (const element of elements) counts.set(element, (counts.get(element) ?? 0) + 1);
  items.forEach((item, index) => {
    const element = elements[index];
    if (element === undefined) return;
    path.push(element);
    // Items that share their keys are owned as one.
    if (counts.get(element) === 1) collect(set, path, itemType(type), item);
    set.insert(path);
    path.pop();
  });
}

/** Adds every field the type names as a member wherever the set has something below it. */
export function withNamedFields(set: FieldSet, type: TypeSchema): FieldSet {
  if (set.children.size === 0) return set;
  const members = new Set(set.members);
  const children = new Map<string, FieldSet>();
  for (const [element, child] of set.children) {
    const field = element.startsWith("f:") ? element.slice(2) : undefined;
    if (field !== undefined && type.fields?.has(field) === true) members.add(element);
    const below = field === undefined ? itemType(type) : entryTypeOrAny(type, field);
    children.set(element, withNamedFields(child, below));
  }
  return new FieldSet(members, children);
}
