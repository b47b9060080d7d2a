import { formatDuration } from "@catalyst/base/duration";
import { unreachable } from "@catalyst/base/errors";
import type { JsonObject } from "@catalyst/base/json";
import type { ReleaseRecord } from "@catalyst/charts/records";
import type { HelmRelease } from "@catalyst/ports/flux";
import { intervalOf } from "../reconcile/interval.ts";
import type { Outcome, Session } from "../reconcile/session.ts";
import { beginAttempt, takeForce } from "./attempt.ts";
import { type ActionName, activeAction, decideRelease, ignoresTests, isExhausted } from "./decide.ts";
import type { PreparedRelease } from "./prepare.ts";
import { commonMetadataDigest, postRenderersDigest } from "./rendering-digests.ts";
import { runAction } from "./run-action.ts";
import { newestEntries, recordDigest, truncateHistory } from "./snapshot.ts";
import { type ReleaseState, releaseState, type StateFacts } from "./state.ts";
import { announce, summarizeRelease } from "./status.ts";

/** Runs Helm actions until the release is as it should be, one of each kind at most; then says when to go on. */
export async function reconcileRelease(
  session: Session<HelmRelease>,
  prepared: PreparedRelease,
): Promise<Outcome> {
  await beginAttempt(session, prepared);
  const done = new Set<string>();
  for (;;) {
    const stored = await prepared.context.storage.all();
    const state = releaseState({
      last: stored[0],
      history: session.draft.fields.history ?? [],
      chart: prepared.chart,
      values: done.has("release") ? releasedValues(prepared, stored) : prepared.values,
      otherPostRendering: otherPostRendering(session, prepared),
      test: { enable: prepared.settings.test.enable, ignoreFailures: ignoresTestsOf(session, prepared) },
    });
    forgetHistory(session, prepared, state);
    const decision = decideRelease({
      state,
      settings: prepared.settings,
      status: session.draft.fields as NonNullable<HelmRelease["status"]>,
      isStored: (snapshot) => {
        const record = stored.find(({ version }) => version === snapshot.version);
        return (
          record !== undefined && (snapshot.apiVersion !== "v2" || recordDigest(record) === snapshot.digest)
        );
      },
      forced: takeForce(session),
    });
    if (decision.do === "nothing") return finish(session, prepared);
    if (decision.do === "stall") {
      session.draft.conditions.markStalled(decision.reason, decision.message);
      return { outcome: "stalled", reason: decision.message };
    }
    const kind = kindOf(decision.do);
    if (done.has(kind)) return again(session, prepared, false);
    done.add(kind);
    announce(session.draft, decision.do, formatDuration(timeoutOf(prepared, decision.do)));
    await session.draft.save();
    await runAction(session, prepared, decision, stored);
    // what an uninstall came to isn't told by Ready: why there was one still is
    if (decision.do !== "uninstall") summarizeRelease(session.draft, prepared.settings);
    if (kind === "remediate") return again(session, prepared, true);
  }
}

/** What was released just now counts with the values that it kept; the next reconcile compares anew, as in Flux. */
function releasedValues({ settings, values }: PreparedRelease, stored: readonly ReleaseRecord[]): JsonObject {
  return settings.upgrade.preserveValues ? (stored[0]?.config ?? values) : values;
}

/** Flux looks at it while a generation is handled alone. */
function otherPostRendering(
  { draft, object }: Session<HelmRelease>,
  { settings }: PreparedRelease,
): StateFacts["otherPostRendering"] {
  const { observedGeneration, observedPostRenderersDigest, observedCommonMetadataDigest } = draft.fields;
  if (observedGeneration === object.metadata.generation) return undefined;
  if (observedPostRenderersDigest !== postRenderersDigest(settings.postRenderers)) return "postrenderers";
  return observedCommonMetadataDigest === commonMetadataDigest(settings.commonMetadata)
    ? undefined
    : "common metadata";
}

function ignoresTestsOf({ draft }: Session<HelmRelease>, { settings }: PreparedRelease): boolean {
  return ignoresTests(settings, activeAction(settings, draft.fields as NonNullable<HelmRelease["status"]>));
}

/** Drops what the history needn't tell any more in a state, so that it doesn't grow with every failure. */
function forgetHistory(
  session: Session<HelmRelease>,
  prepared: PreparedRelease,
  { state }: ReleaseState,
): void {
  const { fields } = session.draft;
  const { settings } = prepared;
  const active = activeAction(settings, fields as NonNullable<HelmRelease["status"]>);
  const retries = active?.settings.retryInterval !== undefined;
  const history = fields.history ?? [];
  if (state === "unmanaged") fields.history = undefined;
  else if (retries && (state === "failed" || state === "in-sync")) fields.history = newestEntries(history);
  else if (state === "in-sync" || (state === "failed" && willRemediate(active)))
    fields.history = truncateHistory(history, ignoresTests(settings, active));
}

function willRemediate(active: ReturnType<typeof activeAction>): boolean {
  if (active === undefined || active.failures <= 0) return false;
  return !isExhausted(active.settings, active.failures) || active.settings.remediation.remediateLastFailure;
}

function kindOf(action: ActionName): "release" | "test" | "unlock" | "remediate" {
  switch (action) {
    case "install":
    case "upgrade":
      return "release";
    case "rollback":
    case "uninstall":
      return "remediate";
    case "test":
    case "unlock":
      return action;
    default:
      return unreachable(action);
  }
}

function timeoutOf({ settings }: PreparedRelease, action: ActionName): number {
  return action === "unlock" ? settings.install.timeout : settings[action].timeout;
}

/** The release is as it should be. */
function finish(session: Session<HelmRelease>, prepared: PreparedRelease): Outcome {
  const { draft } = session;
  const [latest] = draft.fields.history ?? [];
  if (latest !== undefined && draft.conditions.is("Remediated", "True")) {
    const message = `Helm upgrade succeeded for release ${latest.namespace}/${latest.name}.v${latest.version} with chart ${latest.chartName}@${latest.chartVersion}`;
    draft.conditions.delete("Released");
    draft.conditions.replace("Remediated", "Released", "True", "UpgradeSucceeded", message);
  }
  draft.conditions.delete("Reconciling");
  summarizeRelease(draft, prepared.settings);
  return { outcome: "settled", after: intervalOf(session.object) };
}

/** Milliseconds until the next attempt: doubling, at most five minutes. */
export function backoff(failures: number): number {
  return Math.min(1000 * 2 ** failures, 300_000);
}

/** Something failed: says when it is tried again, or that it isn't. */
function again(session: Session<HelmRelease>, prepared: PreparedRelease, wasRemediated: boolean): Outcome {
  const { draft } = session;
  const active = activeAction(prepared.settings, draft.fields as NonNullable<HelmRelease["status"]>);
  const message = draft.conditions.get("Ready")?.message ?? "";
  if (active?.settings.retryInterval !== undefined) {
    const after = active.settings.retryInterval;
    draft.conditions.markReconciling("ProgressingWithRetry", `retrying after ${formatDuration(after)}`);
    // to try again is what was asked for, so the generation was handled
    return { outcome: "settled", after };
  }
  const exhausted = active !== undefined && isExhausted(active.settings, active.failures);
  // what an upgrade's failure uninstalled is installed again
  const isGone = active?.name === "upgrade" && active.settings.remediation.strategy === "uninstall";
  if (!exhausted || (isGone && wasRemediated)) {
    draft.conditions.markReconciling("ProgressingWithRetry", message);
    return { outcome: "retry", after: backoff(draft.fields.failures ?? 0), reason: message };
  }
  const words = `Failed to ${active.name} after ${active.failures} attempt(s)`;
  draft.conditions.markStalled("RetriesExceeded", words);
  return { outcome: "stalled", reason: `${words}: ${message}` };
}
