import { each, type Fields } from "../../fields.ts";

/** Tells whether a condition of a Job holds. */
export function isTrue(status: Fields, type: string): boolean {
  return each(status, "conditions").some((one) => one["type"] === type && one["status"] === "True");
}

/** Tells whether a condition of a Job is said not to hold. */
export function isFalse(status: Fields, type: string): boolean {
  return each(status, "conditions").some((one) => one["type"] === type && one["status"] === "False");
}

/** Tells whether a Job is over, well or badly. */
export function isFinished(status: Fields): boolean {
  return isTrue(status, "Complete") || isTrue(status, "Failed");
}
