import { isObject } from "@catalyst/base/json";
import type { KubeObject } from "@catalyst/ports/kubernetes";
import { badRequest, type FieldValidation, redraft, StatusError } from "../../machinery/index.ts";
import { internalError } from "../webhooks/hook-fault.ts";
import type { Match } from "./match.ts";

/**
 * Reads an object that was changed in the form of a match: fields its type doesn't know are dropped, or refused
 * as `fieldValidation` says, and default values filled in. Throws StatusError when it is no object of its type
 * any more.
 */
export function reread(
  { kind, objectKind }: Match,
  changed: unknown,
  fieldValidation: FieldValidation = "Ignore",
): KubeObject {
  if (!isObject(changed)) throw badRequest("the patch doesn't leave an object");
  if (objectKind.kind !== kind.kind || objectKind.group !== kind.group)
    return changed as unknown as KubeObject;
  try {
    return redraft(kind, changed, kind.custom === undefined ? fieldValidation : "Ignore");
  } catch (error) {
    if (!(error instanceof StatusError) || fieldValidation !== "Strict") throw error;
    throw internalError(error.message.slice(Math.max(0, error.message.indexOf("strict decoding error"))));
  }
}
