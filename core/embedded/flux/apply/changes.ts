import { type ObjectId, subjectOf } from "./object-reference.ts";

/** What was done with one object. */
export interface Change {
  readonly id: ObjectId;
  readonly action: "created" | "configured" | "unchanged" | "skipped" | "deleted";
}

/** Prints the changes that are some, one a line: `Application/applications/blog created`. */
export function describeChanges(changes: readonly Change[]): string {
  return changes
    .filter((change) => change.action !== "unchanged" && change.action !== "skipped")
    .map((change) => `${subjectOf(change.id)} ${change.action}`)
    .join("\n");
}
