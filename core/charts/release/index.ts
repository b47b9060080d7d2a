export { type HookDeletePolicy, hooksOf, isDeletedAt, isKept, resourcePolicyAnnotation } from "./hooks.ts";
export {
  type HookRun,
  type NewReleaseOptions,
  newReleaseRecord,
  type ReleaseHook,
  type ReleaseInfo,
  type ReleaseRecord,
  type ReleaseStatus,
} from "./record.ts";
export { type FormerValues, reuseValues } from "./reuse-values.ts";
export {
  decodeRelease,
  encodeRelease,
  type ReleaseSecret,
  readReleaseSecret,
  releaseSecret,
  releaseSecretName,
  releaseSecretType,
  releaseSelector,
} from "./storage.ts";
export { inUninstallOrder } from "./uninstall-order.ts";
