import { isObject } from "@catalyst/base/json";
import { setOwn } from "../schema/own-key.ts";
import type { TypeSchema } from "../schema/type-schema.ts";
import type { FieldSet } from "./field-set.ts";
import { itemElement } from "./path-element.ts";
import { entryTypeOrAny, itemType, shapeOf } from "./shape.ts";

/**
 * Takes the fields of a set out of a value; something owned as a whole goes whole. Undefined when nothing is left: what
 * holds it then has null there, as upstream's.
 */
export function removeFields(type: TypeSchema, value: unknown, set: FieldSet): unknown {
  if (set.empty) return value;
  const shape = shapeOf(type, value);
  if (shape === "map" && isObject(value)) return fromMap(type, value, set);
  if (shape === "list" && Array.isArray(value)) return fromList(type, value, set);
  return typeof value === "object" ? undefined : value;
}

function fromMap(type: TypeSchema, value: Record<string, unknown>, set: FieldSet): unknown {
  const left: Record<string, unknown> = {};
  for (const [key, entry] of Object.entries(value)) {
    const element = `f:${key}`;
    if (set.members.has(element)) continue;
    const below = set.children.get(element);
    if (below === undefined || below.empty) {
      setOwn(left, key, entry);
      continue;
    }
    setOwn(left, key, removeFields(entryTypeOrAny(type, key), entry, below) ?? null);
  }
  return Object.keys(left).length > 0 ? left : undefined;
}

function fromList(type: TypeSchema, value: readonly unknown[], set: FieldSet): unknown {
  const left: unknown[] = [];
  for (const item of value) {
    const element = itemElement(type, item);
    if (element !== undefined && set.members.has(element)) continue;
    const below = element === undefined ? undefined : set.children.get(element);
    if (below === undefined || below.empty) {
      left.push(item);
      continue;
    }
    left.push(removeFields(itemType(type), item, below) ?? null);
  }
  return left.length > 0 ? left : undefined;
}
