import type { Json } from "../object.ts";
import { findTypeOfKind } from "../schema/builtin.ts";
import { TypedReader, TypeMismatch } from "../schema/typed-reader.ts";

/**
 * An object of a built-in kind as Go's client makes it anew of its JSON: without nulls, without fields that the kind
 * doesn't have, and without what is empty. Undefined for other kinds, and for what can't be read as its kind.
 */
export function builtinForm(object: Json): Json | undefined {
  const type = findTypeOfKind(String(object["apiVersion"]), String(object["kind"]));
  if (type === undefined) return undefined;
  try {
    return new TypedReader().read(type, object) as Json;
  } catch (error) {
    if (error instanceof TypeMismatch) return undefined;
    throw error;
  }
}
