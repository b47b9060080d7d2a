import { isObject } from "@catalyst/base/json";
import type { TypeSchema } from "../schema/type-schema.ts";

/** How ownership sees a value: owned as a whole, by its entries, or by its items. */
export type Shape = "leaf" | "map" | "list";

/** A value nothing is known of, owned entry by entry: below x-kubernetes-preserve-unknown-fields. */
const deduced: TypeSchema = { type: "any", preserveUnknown: true };

/** The shape of a value under its type; null counts as the empty form of the type. */
export function shapeOf(type: TypeSchema, value: unknown): Shape {
  if (type.atomic === true) return "leaf";
  switch (type.type) {
    case "object":
    case "map":
      return value === null || isObject(value) ? "map" : "leaf";
    case "any":
      return isObject(value) ? "map" : "leaf";
    case "list":
      return type.listType !== "atomic" &&
        type.listType !== undefined &&
        (value === null || Array.isArray(value))
        ? "list"
        : "leaf";
    default:
      return "leaf";
  }
}

/** The type of an entry; undefined when the type doesn't know the key. */
export function entryType(type: TypeSchema, key: string): TypeSchema | undefined {
  if (type.type === "any") return deduced;
  return type.fields?.get(key)?.type ?? type.values ?? (type.preserveUnknown === true ? deduced : undefined);
}

/** The same, taking what the type doesn't know as owned entry by entry. */
export function entryTypeOrAny(type: TypeSchema, key: string): TypeSchema {
  return entryType(type, key) ?? deduced;
}

/** The type of items. */
export function itemType(type: TypeSchema): TypeSchema {
  return type.items ?? deduced;
}

/** The entries of a map-shaped value. */
export function entriesOf(value: unknown): Readonly<Record<string, unknown>> {
  return isObject(value) ? value : noEntries;
}

const noEntries: Readonly<Record<string, unknown>> = Object.freeze({});

/** The items of a list-shaped value. */
export function itemsOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
