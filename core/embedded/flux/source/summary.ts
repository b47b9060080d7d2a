import type { Conditions } from "../status/conditions.ts";

/** Conditions of a source that mean something is wrong or under way while they are true, the worst first. */
const negative = [
  "StorageOperationFailed",
  "FetchFailed",
  "ArtifactOutdated",
  "Stalled",
  "Reconciling",
] as const;

/**
 * Composes a source's Ready condition from its others, as Flux's source-controller does: a failed verification,
 * then what failed or is under way, then the stored artifact.
 */
export function summarizeSource(conditions: Conditions): void {
  const unverified = conditions.get("SourceVerified");
  if (unverified?.status === "False") {
    conditions.markFalse("Ready", unverified.reason, unverified.message);
    return;
  }
  for (const type of negative) {
    const found = conditions.get(type);
    if (found?.status !== "True") continue;
    conditions.set("Ready", type === "Reconciling" ? "Unknown" : "False", found.reason, found.message);
    return;
  }
  const stored = conditions.get("ArtifactInStorage");
  if (stored !== undefined) conditions.set("Ready", stored.status, stored.reason, stored.message);
}

/** Records that reading a source failed: `FetchFailed`, and that it will be tried again. */
export function failFetch(conditions: Conditions, reason: string, message: string): void {
  conditions.markTrue("FetchFailed", reason, message);
  const { message: progress = "reconciliation in progress" } = conditions.get("Reconciling") ?? {};
  conditions.markReconciling("ProgressingWithRetry", progress);
  summarizeSource(conditions);
}

/** Records that the source is as its spec says, with its artifact stored. */
export function succeedSource(conditions: Conditions, storedMessage: string): void {
  conditions.delete("FetchFailed", "StorageOperationFailed", "ArtifactOutdated", "Stalled", "Reconciling");
  conditions.markTrue("ArtifactInStorage", "Succeeded", storedMessage);
  summarizeSource(conditions);
}
