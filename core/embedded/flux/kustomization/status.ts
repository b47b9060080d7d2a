import { rfc3339 } from "@catalyst/base/clock";
import { formatDuration } from "@catalyst/base/duration";
import type { Kustomization, KustomizationHistoryEntry } from "@catalyst/ports/flux";
import type { Session } from "../reconcile/session.ts";

const historyLimit = 5;

/** Puts a result on top of the history; the same digest and status again counts up. */
export function withHistory(
  history: readonly KustomizationHistoryEntry[],
  result: {
    readonly digest: string;
    readonly status: string;
    readonly at: number;
    readonly duration: number;
    readonly revision: string;
  },
): readonly KustomizationHistoryEntry[] {
  const same = history.find(
    (entry) => entry.digest === result.digest && entry.lastReconciledStatus === result.status,
  );
  const time = rfc3339(result.at);
  const entry: KustomizationHistoryEntry = {
    digest: result.digest,
    firstReconciled: same?.firstReconciled ?? time,
    lastReconciled: time,
    lastReconciledDuration: formatDuration(result.duration),
    lastReconciledStatus: result.status,
    totalReconciliations: (same?.totalReconciliations ?? 0) + 1,
    metadata: { revision: result.revision },
  };
  return [entry, ...history.filter((other) => other !== same)].slice(0, historyLimit);
}

/** Marks the object as not ready; what was under way goes on being tried. */
export function failKustomization(session: Session<Kustomization>, reason: string, message: string): void {
  const { conditions } = session.draft;
  conditions.markFalse("Ready", reason, message);
  const progress = conditions.get("Reconciling");
  if (progress !== undefined) conditions.markTrue("Reconciling", "ProgressingWithRetry", progress.message);
}

/** Marks the object as ready at a revision. */
export function succeedKustomization(session: Session<Kustomization>, revision: string): void {
  const { conditions, fields } = session.draft;
  conditions.delete("Reconciling", "Stalled");
  conditions.markTrue("Ready", "ReconciliationSucceeded", `Applied revision: ${revision}`);
  fields.lastAppliedRevision = revision;
}
