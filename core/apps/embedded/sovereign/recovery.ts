import type { AuditEntry } from "@catalyst/api";
import {
  defaultRecoverySettings,
  type RecoveryEntry,
  RecoveryMetrics,
  recoveryLine,
  recoveryName,
  releaseRecoveryController,
} from "@catalyst/controllers/release-recovery";
import { applicationsNamespace, parseEnvironmentName } from "@catalyst/model/naming";
import { type ClusterName, managementCluster } from "@catalyst/ports/kubernetes";
import type { Controller } from "@catalyst/reconciler";

/** Recovery of stuck releases in all clusters of this Sovereign, and what it counted. */
export function openRecovery(audit: (entry: AuditEntry) => Promise<void>) {
  const metrics = new RecoveryMetrics();
  const controller = releaseRecoveryController({
    settings: defaultRecoverySettings,
    metrics,
    audit: async (cluster, entry) => {
      const told = auditEntry(cluster, entry);
      if (told !== undefined) await audit(told);
    },
  }) as Controller;
  return { metrics, controller };
}

const outcomes = { corrected: "done", failed: "failed", halted: "refused" } as const;

/** What the audit view keeps of an entry; nothing of what was only looked at. */
export function auditEntry(cluster: ClusterName, entry: RecoveryEntry): AuditEntry | undefined {
  if (entry.entry !== "corrected" && entry.entry !== "failed" && entry.entry !== "halted") return undefined;
  const { namespace, name } = entry.release.metadata;
  const isEnvironment = cluster !== managementCluster;
  return {
    user: recoveryName,
    action: "release.recover",
    message: recoveryLine(entry),
    outcome: outcomes[entry.entry],
    surface: "system",
    ...(isEnvironment
      ? { organization: parseEnvironmentName(cluster).organization, environment: cluster }
      : {}),
    ...(isEnvironment && namespace === applicationsNamespace ? { application: name } : {}),
  };
}
