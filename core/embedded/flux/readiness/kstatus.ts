import { isObject } from "@catalyst/base/json";
import type { KubeObject } from "@catalyst/ports/kubernetes";
import { builtinStatus } from "./builtin-kinds.ts";
import { current, type Fields, failed, fieldsOf, inProgress, type ObjectStatus } from "./object-status.ts";

/**
 * Computes how far an object is from what its spec says, by the rules of kstatus, which Flux and Helm 4 wait by:
 * deletion, an unobserved generation, the standard `Reconciling` and `Stalled` conditions, the rules of built-in
 * kinds, and for every other kind the Ready condition if it has one. `now` in milliseconds.
 */
export function objectStatus(object: KubeObject, now: number): ObjectStatus {
  const general = generalStatus(object);
  if (general !== undefined) return general;
  return builtinStatus(object, now) ?? readyStatus(object);
}

function generalStatus(object: KubeObject): ObjectStatus | undefined {
  const { deletionTimestamp, generation } = object.metadata;
  if (deletionTimestamp !== undefined)
    return { status: "Terminating", message: "Resource scheduled for deletion" };
  const { observed, conditions } = statusFields(object);
  if (generation !== undefined && observed !== undefined && observed !== generation) {
    return inProgress(
      `${object.kind} generation is ${generation}, but latest observed generation is ${observed}`,
    );
  }
  for (const condition of conditions) {
    if (condition["status"] !== "True") continue;
    if (condition["type"] === "Reconciling") return inProgress(String(condition["message"]));
    if (condition["type"] === "Stalled") return failed(String(condition["message"]));
  }
  return undefined;
}

function statusFields(object: KubeObject): { observed: number | undefined; conditions: readonly Fields[] } {
  const status = fieldsOf(object.status);
  const { observedGeneration, conditions } = status;
  return {
    observed: typeof observedGeneration === "number" ? observedGeneration : undefined,
    conditions: Array.isArray(conditions) ? conditions.filter(isObject) : [],
  };
}

function readyStatus(object: KubeObject): ObjectStatus {
  const ready = statusFields(object).conditions.find((condition) => condition["type"] === "Ready");
  if (ready === undefined || ready["status"] === "True") {
    return current(ready === undefined ? "Resource is current" : "Resource is Ready");
  }
  return inProgress(String(ready["message"]));
}
