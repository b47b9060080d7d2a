import { isObject } from "@catalyst/base/json";
import type { KubeObject } from "@catalyst/ports/kubernetes";
import { badRequest, redraft } from "../../machinery/index.ts";
import type { Match } from "./match.ts";

/**
 * Reads an object that was changed in the form of a match: fields its type doesn't know are dropped and default values filled in.
 * Throws StatusError when it is no object of its type any more.
 */
export function reread({ kind, objectKind }: Match, changed: unknown): KubeObject {
  if (!isObject(changed)) throw badRequest("the patch doesn't leave an object");
  if (objectKind.kind !== kind.kind || objectKind.group !== kind.group)
    return changed as unknown as KubeObject;
  return redraft(kind, changed);
}
