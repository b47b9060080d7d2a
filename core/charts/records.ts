/*
 * What is to be known of releases without loading what renders them: who only keeps them in a cluster has that
 * done on another thread.
 */

export type { ArchivedChart } from "./archived-chart.ts";
export { type HookDeletePolicy, hooksOf, isDeletedAt, isKept } from "./release/hooks.ts";
export type { ReleaseHook, ReleaseInfo, ReleaseRecord, ReleaseStatus } from "./release/record.ts";
export type { FormerValues } from "./release/reuse-values.ts";
export {
  type ReleaseSecret,
  readReleaseSecret,
  releaseSecret,
  releaseSecretName,
  releaseSelector,
} from "./release/storage.ts";
export { inUninstallOrder } from "./release/uninstall-order.ts";
export type { CrdFile } from "./render/crds.ts";
export { type LookupKey, lookupText } from "./render/lookup-key.ts";
export type { HookEvent } from "./render/manifests.ts";
