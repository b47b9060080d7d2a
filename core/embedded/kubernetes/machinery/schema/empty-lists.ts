import { isObject } from "@catalyst/base/json";
import type { TypeSchema } from "./type-schema.ts";

/**
 * Gives a builtin object with null for each list that is always written and has no items, sharing what stays the same:
 * Kubernetes stores no difference between a list without items and none.
 */
export function withoutEmptyLists<T>(type: TypeSchema, value: T): T {
  if (Array.isArray(value)) return itemsWithout(type, value) as T;
  if (!isObject(value)) return value;
  let copy: Record<string, unknown> | undefined;
  for (const key in value) {
    const field = type.fields?.get(key);
    const inner = field?.type ?? type.values;
    const item = value[key];
    if (inner === undefined || typeof item !== "object" || item === null) continue;
    const isEmpty =
      field?.zero === "always" && inner.type === "list" && Array.isArray(item) && item.length === 0;
    const kept = isEmpty ? null : withoutEmptyLists(inner, item);
    if (kept === item) continue;
    copy ??= { ...value };
    copy[key] = kept;
  }
  return (copy ?? value) as T;
}

function itemsWithout(type: TypeSchema, items: readonly unknown[]): readonly unknown[] {
  const inner = type.items;
  if (inner === undefined || inner.type === "string") return items;
  const kept = items.map((item) => withoutEmptyLists(inner, item));
  return kept.every((item, index) => item === items[index]) ? items : kept;
}
