import { jsonEqual } from "@catalyst/base/json";
import type { ResourceKind } from "../kind.ts";
import type { KubeObject } from "../object.ts";
import { fillSchemaDefaults, hasSchemaDefaults } from "./defaults.ts";

/** By kind: a definition may have changed since the object was stored. */
const read = new WeakMap<ResourceKind, WeakMap<object, KubeObject>>();

/**
 * A stored custom object as it is read: defaults its schema has got since are filled in. Gives the same object when
 * nothing is missing.
 */
export function asRead(kind: ResourceKind, object: KubeObject): KubeObject {
  if (!hasSchemaDefaults(kind.schema)) return object;
  let known = read.get(kind);
  if (known === undefined) {
    known = new WeakMap();
    read.set(kind, known);
  }
  let shown = known.get(object);
  if (shown === undefined) {
    const filled = structuredClone(object);
    fillSchemaDefaults(kind.schema, filled);
    shown = jsonEqual(filled, object) ? object : filled;
    known.set(object, shown);
  }
  return shown;
}
