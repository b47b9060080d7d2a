import { systemPriorityClasses } from "../machinery/index.ts";
import type { Entry } from "../storage/entry.ts";
import { sharedEntry, sharedMetadata } from "./shared-entry.ts";

/** Where PriorityClasses are stored. */
export const priorityClassResource = "scheduling.k8s.io/priorityclasses";

/** The system's PriorityClasses as entries, by the resource they are stored under. */
export function defaultPriorityClasses(createdAt: string): ReadonlyMap<string, readonly Entry[]> {
  const entries = Object.entries(systemPriorityClasses).map(([name, { value, description }]) =>
    sharedEntry({
      apiVersion: "scheduling.k8s.io/v1",
      kind: "PriorityClass",
      metadata: { ...sharedMetadata("priorityclasses", name, createdAt), generation: 1 },
      description,
      preemptionPolicy: "PreemptLowerPriority",
      value,
    }),
  );
  return new Map([[priorityClassResource, entries]]);
}
