import { type FieldChange, fieldChanges, isSameDocument } from "@catalyst/blueprint/plan";
import type { Plan } from "@catalyst/model/plan";
import type { EnvironmentSnapshot } from "./environment-repository.ts";

/** Two changes of one Application that were made from the same starting point. */
export interface ChangeConflict {
  readonly application: string;
  readonly yours: readonly FieldChange[];
  readonly theirs: readonly FieldChange[];
}

/** Finds the first Application a plan changes that changed between `earlier` and `head` as well. */
export function conflictBetween(
  earlier: EnvironmentSnapshot,
  head: EnvironmentSnapshot,
  plan: Plan,
): ChangeConflict | undefined {
  for (const { name, fields } of plan.applications) {
    const before = earlier.tree.applications.get(name);
    const now = head.tree.applications.get(name);
    if (isSameDocument(before, now)) continue;
    return { application: name, yours: fields, theirs: fieldChanges(before?.spec, now?.spec, "spec") };
  }
  return undefined;
}
