import type { ResourceKind } from "../kind.ts";
import { unfinished } from "../unfinished.ts";
import type { Decoded, FieldValidation } from "./types.ts";

/**
 * Reads a JSON body as an object of a kind: unknown and duplicate fields are dropped and reported as
 * `fieldValidation` says (default Warn), `Secret.stringData` and defaults are not looked at yet. A missing
 * apiVersion or kind is filled in; another one is refused. Throws StatusError 400.
 */
export function decodeBody(kind: ResourceKind, text: string, fieldValidation?: FieldValidation): Decoded {
  return unfinished(`decodeBody ${kind.kind} ${text.length} ${fieldValidation}`);
}

/** The same for a body parsed already (YAML, protobuf); duplicates can't be seen any more. */
export function decodeValue(kind: ResourceKind, value: unknown, fieldValidation?: FieldValidation): Decoded {
  return unfinished(`decodeValue ${kind.kind} ${typeof value} ${fieldValidation}`);
}
