import type { TypeSchema } from "../schema/type-schema.ts";

const known = new WeakMap<TypeSchema, boolean>();

/** Tells whether a type has rules: most have none, and are not walked. */
export function hasExpressions(type: TypeSchema, seen: Set<TypeSchema> = new Set()): boolean {
  const answer = known.get(type);
  if (answer !== undefined || seen.has(type)) return answer ?? false;
  seen.add(type);
  const below = [...(type.fields?.values() ?? [])].map((field) => field.type);
  const found =
    (type.rules?.expressions?.length ?? 0) > 0 ||
    [...below, type.items, type.values].some((part) => part !== undefined && hasExpressions(part, seen));
  known.set(type, found);
  return found;
}
