import { isObject } from "@catalyst/base/json";
import { builtinType } from "../schema/builtin.ts";
import { ownValue, setOwn } from "../schema/own-key.ts";
import type { TypeSchema } from "../schema/type-schema.ts";
import { TypedReader, TypeMismatch } from "../schema/typed-reader.ts";
import { invalidValue } from "../validate/faults.ts";

/**
 * Reads type and metadata of objects within an object as what they are, changing the value: fields unknown to metadata
 * go. Throws TypeMismatch with the place for what can be neither.
 */
export function readEmbeddedMetadata(type: TypeSchema, value: unknown, path = ""): void {
  if (!mayEmbed(type)) return;
  if (Array.isArray(value)) {
    const { items } = type;
    if (items === undefined) return;
    value.forEach((item, index) => {
      readEmbeddedMetadata(items, item, `${path}[${index}]`);
    });
    return;
  }
  if (!isObject(value)) return;
  if (type.embedded === true) {
    checkType(value, path);
    readMetadata(value, path);
  }
  for (const key of Object.keys(value)) {
    const below = type.fields?.get(key)?.type ?? type.values;
    if (below !== undefined)
      readEmbeddedMetadata(below, ownValue(value, key), path === "" ? key : `${path}.${key}`);
  }
}

const known = new WeakMap<TypeSchema, boolean>();

/** Most schemas embed nothing: those are not walked. */
function mayEmbed(type: TypeSchema): boolean {
  const answer = known.get(type);
  if (answer !== undefined) return answer;
  // While it is looked at, a type that holds itself embeds nothing by that.
  known.set(type, false);
  const parts = [...(type.fields?.values() ?? [])].map((field) => field.type);
  const found =
    type.embedded === true ||
    [...parts, type.items, type.values].some((part) => part !== undefined && mayEmbed(part));
  known.set(type, found);
  return found;
}

function checkType(value: Record<string, unknown>, path: string): void {
  for (const name of ["apiVersion", "kind"]) {
    const text = ownValue(value, name);
    if (text === undefined || typeof text === "string") continue;
    const { message } = invalidValue(name, text, "must be a string");
    throw new TypeMismatch(`${path}.${name}: ${message}`);
  }
}

function readMetadata(value: Record<string, unknown>, path: string): void {
  const metadata = ownValue(value, "metadata");
  if (metadata === undefined) return;
  try {
    const reader = new TypedReader();
    const read = reader.read(builtinType("apimachinery.pkg.apis.meta.v1.ObjectMeta"), metadata);
    setOwn(value, "metadata", read);
  } catch (error) {
    if (!(error instanceof TypeMismatch)) throw error;
    const shown = JSON.stringify(metadata);
    throw new TypeMismatch(`${path}.metadata: Invalid value: ${shown}: ${error.message}`);
  }
}
