import { itemElement } from "../fields/path-element.ts";
import type { TypeSchema } from "../schema/type-schema.ts";

/** The items of a `map` list as it was; other lists' items can't be told apart in two versions. */
export function itemsByKey(type: TypeSchema, value: unknown): Map<string | undefined, unknown> | undefined {
  if (type.listType !== "map" || !Array.isArray(value)) return undefined;
  return new Map(value.map((item) => [itemElement(type, item), item]));
}
