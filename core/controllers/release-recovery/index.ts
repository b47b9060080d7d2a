export { branchOf, type RecoveryEntry, recoveryLine } from "./lines.ts";
export { RecoveryMetrics } from "./metrics.ts";
export { type RecoveryRun, type RunSummary, recoverReleases } from "./run.ts";
export { defaultRecoverySettings, type RecoverySettings, recoveryName } from "./settings.ts";
