import { jsonEqual } from "@catalyst/base/json";
import { ownValue } from "../schema/own-key.ts";
import type { TypeSchema } from "../schema/type-schema.ts";
import { FieldSet } from "./field-set.ts";
import { itemElement } from "./path-element.ts";
import { entriesOf, entryTypeOrAny, itemsOf, itemType, type Shape, shapeOf } from "./shape.ts";

/** What differs between two objects; no path is in two of the sets. */
export interface Comparison {
  readonly removed: FieldSet;
  readonly modified: FieldSet;
  readonly added: FieldSet;
}

/** Compares two values of a type by its rules of ownership (structured-merge-diff's Compare). */
export function compare(type: TypeSchema, before: unknown, after: unknown): Comparison {
  const walk = new CompareWalk();
  walk.value(type, before, after);
  return walk;
}

class CompareWalk implements Comparison {
  readonly removed = new FieldSet();
  readonly modified = new FieldSet();
  readonly added = new FieldSet();
  readonly #path: string[] = [];

  value(type: TypeSchema, before: unknown, after: unknown): void {
    if (before === after) return;
    const left = before === undefined ? undefined : atomOf(type, before);
    const right = after === undefined ? undefined : atomOf(type, after);
    // A value that turns into one of another shape is looked at as both.
    if (left !== undefined && left !== right) this.#as(left, type, before, after);
    if (right !== undefined) this.#as(right, type, before, after);
    if (before === undefined) this.added.insert(this.#path);
    else if (after === undefined) this.removed.insert(this.#path);
  }

  #as(shape: Shape, type: TypeSchema, before: unknown, after: unknown): void {
    if (shape === "map" && (hasEntries(before) || hasEntries(after))) this.#map(type, before, after);
    else if (shape === "list" && (itemsOf(before).length > 0 || itemsOf(after).length > 0))
      this.#list(type, before, after);
    else this.#leaf(before, after);
  }

  #leaf(before: unknown, after: unknown): void {
    if (before === undefined) this.added.insert(this.#path);
    else if (after === undefined) this.removed.insert(this.#path);
    else if (!jsonEqual(before, after)) this.modified.insert(this.#path);
  }

  #map(type: TypeSchema, before: unknown, after: unknown): void {
    const left = entriesOf(before);
    const right = entriesOf(after);
    for (const key in left) {
      const value = ownValue(right, key);
      if (left[key] !== value) this.#step(`f:${key}`, entryTypeOrAny(type, key), left[key], value);
    }
    for (const key in right) {
      if (ownValue(left, key) === undefined && right[key] !== undefined) {
        this.#step(`f:${key}`, entryTypeOrAny(type, key), undefined, right[key]);
      }
    }
  }

  #list(type: TypeSchema, before: unknown, after: unknown): void {
    const left = byElement(type, itemsOf(before));
    const right = byElement(type, itemsOf(after));
    for (const [element, items] of left) this.#items(type, element, items, right.get(element) ?? []);
    for (const [element, items] of right) {
      if (!left.has(element)) this.#items(type, element, [], items);
    }
  }

  /** Items that share their keys are owned as one. */
  #items(type: TypeSchema, element: string, before: readonly unknown[], after: readonly unknown[]): void {
    if (before.length <= 1 && after.length <= 1) {
      this.#step(element, itemType(type), before[0], after[0]);
    } else if (before.length >= 2 && after.length >= 2) {
      if (!jsonEqual(before, after)) this.#insert(this.modified, element);
    } else if (before.length >= 2) {
      if (after.length > 0) this.#step(element, itemType(type), undefined, after[0]);
      this.#insert(this.removed, element);
    } else {
      if (before.length > 0) this.#step(element, itemType(type), before[0], undefined);
      this.#insert(this.added, element);
    }
  }

  #step(element: string, type: TypeSchema, before: unknown, after: unknown): void {
    this.#path.push(element);
    this.value(type, before, after);
    this.#path.pop();
  }

  #insert(set: FieldSet, element: string): void {
    this.#path.push(element);
    set.insert(this.#path);
    this.#path.pop();
  }
}

/** The shape of a value; null where nothing is known of the type is an empty map. */
function atomOf(type: TypeSchema, value: unknown): Shape {
  return value === null && type.type === "any" && type.atomic !== true ? "map" : shapeOf(type, value);
}

function hasEntries(value: unknown): boolean {
  for (const _key in entriesOf(value)) return true;
  return false;
}

function byElement(type: TypeSchema, items: readonly unknown[]): Map<string, unknown[]> {
  const found = new Map<string, unknown[]>();
  for (const item of items) {
    const element = itemElement(type, item);
    if (element === undefined) continue;
    const same = found.get(element);
    if (same === undefined) found.set(element, [item]);
    else same.push(item);
  }
  return found;
}
