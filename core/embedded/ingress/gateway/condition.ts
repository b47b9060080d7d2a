import type { ConditionContent } from "@catalyst/reconciler";

/** A condition that holds. */
export function holds(type: string, reason: string, message = ""): ConditionContent {
  return { type, status: "True", reason, message };
}

/** A condition that doesn't. */
export function fails(type: string, reason: string, message: string): ConditionContent {
  return { type, status: "False", reason, message };
}

/** Tells whether a condition is among these and holds. */
export function isTrue(conditions: readonly ConditionContent[], type: string): boolean {
  return conditions.some((condition) => condition.type === type && condition.status === "True");
}
