import type { TypeSchema } from "../schema/type-schema.ts";
import { entriesOf, itemsOf, itemType } from "./shape.ts";

/** The paths of what in a value is owned as a whole by its type: `.spec.selector`, `.spec.items[0].args`. */
export function atomicPaths(type: TypeSchema, value: unknown, path = ""): readonly string[] {
  switch (type.type) {
    case "object":
    case "map":
      return [
        ...(type.atomic === true ? [path] : []),
        ...Object.entries(entriesOf(value)).flatMap(([key, item]) => {
          const field = type.fields?.get(key);
          return field === undefined ? [] : atomicPaths(field.type, item, `${path}.${key}`);
        }),
      ];
    case "list":
      if (!Array.isArray(value)) return [];
      return [
        ...(type.listType === undefined || type.listType === "atomic" ? [path] : []),
        ...itemsOf(value).flatMap((item, index) => atomicPaths(itemType(type), item, `${path}[${index}]`)),
      ];
    default:
      return [];
  }
}
