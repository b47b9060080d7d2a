import { dropSchemaNulls, fillSchemaDefaults } from "../custom/defaults.ts";
import type { ResourceKind } from "../kind.ts";
import { fillBuiltinDefaults } from "../resources/defaults/index.ts";
import { ensure, type Fields } from "../resources/fields.ts";
import { zeroOf } from "../schema/typed-reader.ts";

/** Fills in what a kind's defaults say, changing the object. */
export function fillDefaults(kind: ResourceKind, object: Fields): void {
  ensure(object, "metadata");
  if (kind.custom === undefined) fillBuiltinDefaults(kind, object);
  else fillSchemaDefaults(kind.schema, object);
}

/** Takes out nulls that mean "not set", changing the object; an applied object keeps them, and is refused. */
export function dropNulls(kind: ResourceKind, object: Fields): void {
  if (kind.custom !== undefined) dropSchemaNulls(kind.schema, object);
}

/** An object of a kind in which nothing is set: what a create is compared with. */
export function emptyObject(kind: ResourceKind): Fields {
  const empty = kind.custom === undefined ? (zeroOf(kind.schema) as Fields) : {};
  return { ...empty, apiVersion: kind.apiVersion, kind: kind.kind };
}
