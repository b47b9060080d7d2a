import { isCatalystError } from "@catalyst/base/errors";
import type { KubeObject } from "@catalyst/ports/kubernetes";
import { jsonOf, ListValue, MapValue, StructValue, type Value } from "../../machinery/cel/index.ts";
import { atomicPaths } from "../../machinery/fields/atomics.ts";
import { merge } from "../../machinery/fields/merge.ts";
import { typedFault } from "../../machinery/fields/typed-check.ts";
import type { TypeSchema } from "../../machinery/index.ts";
import { applyJsonPatch } from "../../machinery/patch/json-patch.ts";
import { PatchFault } from "../../machinery/patch/patch-fault.ts";
import { ConfigurationFault } from "./configuration-fault.ts";

/**
 * Merges what an expression made into an object, as a server-side apply would that owned nothing. Throws
 * ConfigurationFault: for fields the type doesn't know, and for what can only be replaced as a whole.
 */
export function configured(type: TypeSchema, object: KubeObject, configuration: Value): unknown {
  checkTypeNames(configuration);
  const patch = { ...(asJson(configuration) as object), apiVersion: object.apiVersion, kind: object.kind };
  const fault = typedFault(type, patch);
  if (fault !== undefined) {
    throw new ConfigurationFault(
      `error applying patch: failed to convert patch object to typed object: ${fault}`,
    );
  }
  const whole = atomicPaths(type, patch);
  if (whole.length > 0) {
    const why = `may not mutate atomic arrays, maps or structs: ${whole.join(", ")}`;
    throw new ConfigurationFault(`error applying patch: invalid ApplyConfiguration: ${why}`);
  }
  return merge(type, object, patch);
}

/**
 * Applies the JSONPatch operations an expression made; one that tests and fails leaves the object. Throws
 * ConfigurationFault.
 */
export function patched(object: KubeObject, operations: Value): unknown {
  const list = operations instanceof ListValue ? operations.items : [];
  for (const operation of list) {
    const value = operation instanceof MapValue ? operation.get("value") : undefined;
    if (value instanceof StructValue) checkTypeNames(value);
  }
  try {
    return applyJsonPatch(object, list.map(asJson));
  } catch (error) {
    if (!(error instanceof PatchFault)) throw error;
    if (error.message.startsWith("testing value ")) return object;
    throw new ConfigurationFault(`JSON Patch: ${error.message}`);
  }
}

function asJson(value: Value): unknown {
  try {
    return jsonOf(value);
  } catch (error) {
    if (isCatalystError(error, "cel-not-json")) throw new ConfigurationFault(error.message);
    throw error;
  }
}

/**
 * An object's type must be named by the fields that lead to it: `Object.spec` in `spec`. Throws
 * ConfigurationFault.
 */
function checkTypeNames(value: Value): void {
  const faults = [...wrongNames(value, value instanceof StructValue ? [value.type.name] : [])];
  if (faults.length > 0) throw new ConfigurationFault(`type mismatch: ${faults.join("\n")}`);
}

function* wrongNames(value: Value, path: readonly string[]): Iterable<string> {
  if (value instanceof StructValue) {
    const { name } = value.type;
    const wanted = path.join(".");
    if (name !== wanted) {
      yield `unexpected type name ${JSON.stringify(name)}, expected ${JSON.stringify(wanted)}, which matches field name path from root Object type`;
    }
    for (const key of value.keys()) yield* wrongNames(value.get(key) ?? null, [...path, String(key)]);
  } else if (value instanceof ListValue) {
    for (const item of value.items) yield* wrongNames(item, path);
  } else if (value instanceof MapValue) {
    for (const key of value.keys()) yield* wrongNames(value.get(key) ?? null, path);
  }
}
