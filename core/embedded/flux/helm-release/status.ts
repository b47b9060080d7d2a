import { describeError } from "@catalyst/base/errors";
import type { HelmRelease, ReleaseSnapshot } from "@catalyst/ports/flux";
import type { Session } from "../reconcile/session.ts";
import type { StatusDraft } from "../status/draft.ts";
import type { ActionName } from "./decide.ts";
import { commonMetadataDigest, postRenderersDigest } from "./rendering-digests.ts";
import type { ReleaseSettings } from "./settings.ts";
import { chartLabel, releaseLabel } from "./snapshot.ts";

type Draft = StatusDraft<HelmRelease>;

/** The release an action is about, for what it says when there's no snapshot of it. */
export interface ReleaseSubject {
  readonly settings: ReleaseSettings;
  readonly chart: { readonly name: string; readonly version: string };
}

/**
 * Composes Ready from Remediated, TestSuccess and Released: the one observed for the newest generation counts, in
 * that order. A remediated release is never ready. The common metadata counts as released.
 */
export function summarizeRelease(draft: Draft, settings: ReleaseSettings): void {
  const { conditions } = draft;
  if (!settings.test.enable) conditions.delete("TestSuccess");
  const withTests = settings.test.enable && !settings.test.ignoreFailures;
  const order = withTests ? ["Remediated", "TestSuccess", "Released"] : ["Remediated", "Released"];
  const candidates = order.flatMap((type) => conditions.get(type) ?? []);
  const newest = Math.max(...candidates.map((condition) => condition.observedGeneration ?? 0));
  const found = candidates.find((condition) => (condition.observedGeneration ?? 0) === newest);
  if (found === undefined) return;
  const status = found.type === "Remediated" ? "False" : found.status;
  if (status === "True") conditions.delete("Stalled");
  conditions.set("Ready", status, found.reason, found.message);
  draft.fields.observedPostRenderersDigest = postRenderersDigest(settings.postRenderers);
  draft.fields.observedCommonMetadataDigest = commonMetadataDigest(settings.commonMetadata);
}

const words: Readonly<
  Record<"install" | "upgrade", { readonly succeeded: string; readonly failed: string }>
> = {
  install: { succeeded: "InstallSucceeded", failed: "InstallFailed" },
  upgrade: { succeeded: "UpgradeSucceeded", failed: "UpgradeFailed" },
};

/** Marks an install or upgrade as succeeded, with its event. */
export async function released(
  session: Session<HelmRelease>,
  action: "install" | "upgrade",
  snapshot: ReleaseSnapshot,
  settings: ReleaseSettings,
): Promise<void> {
  const message = `Helm ${action} succeeded for release ${releaseLabel(snapshot)} with chart ${chartLabel(snapshot)}`;
  const { conditions } = session.draft;
  conditions.markTrue("Released", words[action].succeeded, message);
  if (settings.test.enable && snapshot.testHooks === undefined) {
    const pending = `Helm release ${releaseLabel(snapshot)} with chart ${chartLabel(snapshot)} is awaiting tests`;
    conditions.markUnknown("TestSuccess", "AwaitingTests", pending);
  }
  await record(session, "Normal", words[action].succeeded, message, snapshot);
}

/** Marks an install or upgrade as failed, with its event, and counts the failure. */
export async function releaseFailed(
  session: Session<HelmRelease>,
  action: "install" | "upgrade",
  subject: ReleaseSubject,
  error: unknown,
): Promise<void> {
  const { settings, chart } = subject;
  const release = `${settings.releaseNamespace}/${settings.releaseName}`;
  const message = `Helm ${action} failed for release ${release} with chart ${chart.name}@${chart.version}: ${wordsOf(error)}`;
  const { fields, conditions } = session.draft;
  fields.failures = (fields.failures ?? 0) + 1;
  conditions.markFalse("Released", words[action].failed, message);
  await record(session, "Warning", words[action].failed, message, undefined);
}

/** Marks what a remediation came to. */
export async function remediated(
  session: Session<HelmRelease>,
  action: "rollback" | "uninstall",
  snapshot: ReleaseSnapshot,
  error: unknown,
): Promise<void> {
  const ok = error === undefined;
  const what =
    action === "rollback"
      ? `Helm rollback to previous release ${releaseLabel(snapshot)} with chart ${chartLabel(snapshot)}`
      : `Helm uninstall remediation for release ${releaseLabel(snapshot)} with chart ${chartLabel(snapshot)}`;
  const message = `${what} ${ok ? "succeeded" : `failed: ${wordsOf(error)}`}`;
  const name = action === "rollback" ? "Rollback" : "Uninstall";
  const reason = `${name}${ok ? "Succeeded" : "Failed"}`;
  const { conditions, fields } = session.draft;
  if (!ok) fields.failures = (fields.failures ?? 0) + 1;
  conditions.set("Remediated", ok ? "True" : "False", reason, message);
  await record(session, ok ? "Normal" : "Warning", reason, message, snapshot);
}

/** Marks what the tests came to. */
export async function tested(
  session: Session<HelmRelease>,
  snapshot: ReleaseSnapshot,
  error: unknown,
): Promise<void> {
  const about = `for release ${releaseLabel(snapshot)} with chart ${chartLabel(snapshot)}`;
  const { conditions, fields } = session.draft;
  if (error === undefined) {
    const count = Object.keys(snapshot.testHooks ?? {}).length;
    const hooks =
      count === 0 ? "no test hooks" : `${count} test ${count > 1 ? "hooks" : "hook"} completed successfully`;
    const message = `Helm test succeeded ${about}: ${hooks}`;
    conditions.markTrue("TestSuccess", "TestSucceeded", message);
    return record(session, "Normal", "TestSucceeded", message, snapshot);
  }
  const message = `Helm test failed ${about}: ${wordsOf(error)}`;
  fields.failures = (fields.failures ?? 0) + 1;
  conditions.markFalse("TestSuccess", "TestFailed", message);
  await record(session, "Warning", "TestFailed", message, snapshot);
}

/** Marks that a release left pending was freed. */
export async function unlocked(
  session: Session<HelmRelease>,
  snapshot: ReleaseSnapshot,
  status: string,
): Promise<void> {
  const message = `Unlocked Helm release ${releaseLabel(snapshot)} with chart ${chartLabel(snapshot)} in ${status} state`;
  session.draft.conditions.markFalse("Released", "PendingRelease", message);
  await record(session, "Normal", "PendingRelease", message, snapshot);
}

/** Marks what an uninstall came to. */
export async function uninstalled(
  session: Session<HelmRelease>,
  snapshot: ReleaseSnapshot,
  error: unknown,
): Promise<void> {
  const about = `for release ${releaseLabel(snapshot)} with chart ${chartLabel(snapshot)}`;
  const ok = error === undefined;
  const message = ok
    ? `Helm uninstall succeeded ${about}`
    : `Helm uninstall failed ${about}: ${wordsOf(error)}`;
  const reason = ok ? "UninstallSucceeded" : "UninstallFailed";
  const { conditions, fields } = session.draft;
  if (!ok) fields.failures = (fields.failures ?? 0) + 1;
  conditions.markFalse("Released", reason, message);
  await record(session, ok ? "Normal" : "Warning", reason, message, snapshot);
}

/** Without the space at an end that has nothing behind it, as Flux. */
function wordsOf(error: unknown): string {
  return describeError(error).trim();
}

/** Says which action runs; a release isn't ready meanwhile, a remediation keeps showing what failed. */
export function announce(draft: Draft, action: ActionName, timeout: string): void {
  const message = `Running '${action}' action with timeout of ${timeout}`;
  draft.conditions.markReconciling("Progressing", message);
  if (action === "install" || action === "upgrade")
    draft.conditions.markUnknown("Ready", "Progressing", message);
}

/** Records what happened to a release, with the revision of `snapshot`. */
export async function record(
  session: Session<HelmRelease>,
  type: "Normal" | "Warning",
  reason: string,
  message: string,
  snapshot: ReleaseSnapshot | undefined,
): Promise<void> {
  const group = "helm.toolkit.fluxcd.io";
  const annotations =
    snapshot === undefined
      ? undefined
      : { [`${group}/revision`]: snapshot.chartVersion, [`${group}/token`]: snapshot.configDigest };
  await session.record({ type, reason, message, annotations });
}
