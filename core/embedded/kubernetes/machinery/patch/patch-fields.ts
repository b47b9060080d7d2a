import type { FieldSchema, TypeSchema } from "../schema/type-schema.ts";

export type Fields = Readonly<Record<string, unknown>>;

/** Before the name of a list whose items' order a strategic merge patch says. */
export const orderPrefix = "$setElementOrder/";

/** Before the name of a list of scalars from which a strategic merge patch takes some. */
export const deletePrefix = "$deleteFromPrimitiveList/";

/** What is known of a key: a field, or the values of a map. */
export function fieldOf(type: TypeSchema | undefined, key: string): FieldSchema | undefined {
  const field = type?.fields?.get(key);
  if (field !== undefined || type?.values === undefined) return field;
  return { type: type.values, required: false };
}

/** How a field is patched: `merge`, `replace`, `retainKeys`; none where nothing is said. */
export function strategiesOf(field: FieldSchema | undefined): readonly string[] {
  return field?.patchStrategy?.split(",") ?? [];
}
