export { type ReleaseRecoveryOptions, releaseRecoveryController } from "./controller.ts";
export { type RecoveryEntry, type RunSummary, recoveryFields, recoveryLine, summaryLine } from "./lines.ts";
export { RecoveryMetrics } from "./metrics.ts";
export { type RecoveryRun, recoverReleases } from "./run.ts";
export { defaultRecoverySettings, highestLimit, type RecoverySettings, recoveryName } from "./settings.ts";
