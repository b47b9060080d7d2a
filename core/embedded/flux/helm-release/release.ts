import { formatDuration } from "@catalyst/base/duration";
import { unreachable } from "@catalyst/base/errors";
import type { JsonObject } from "@catalyst/base/json";
import type { ReleaseRecord } from "@catalyst/charts/records";
import type { HelmRelease } from "@catalyst/ports/flux";
import { intervalOf } from "../reconcile/interval.ts";
import type { Outcome, Session } from "../reconcile/session.ts";
import { beginAttempt, takeForce } from "./attempt.ts";
import { type ActionName, activeAction, decideRelease, ignoresTests, isExhausted } from "./decide.ts";
import { detectDrift, drifted } from "./drift/index.ts";
import type { PreparedRelease } from "./prepare.ts";
import { commonMetadataDigest, postRenderersDigest } from "./rendering-digests.ts";
import { runAction } from "./run-action.ts";
import { newestEntries, recordDigest, truncateHistory } from "./snapshot.ts";
import { type ReleaseState, releaseState, type StateFacts } from "./state.ts";
import { announce, summarizeRelease } from "./status.ts";

/** What was just put right and is otherwise again is looked at again after this long, in milliseconds. */
const driftPause = 60_000;

/** Runs Helm actions until the release is as it should be, one of each kind at most; then says when to go on. */
export async function reconcileRelease(
  session: Session<HelmRelease>,
  prepared: PreparedRelease,
): Promise<Outcome> {
  await beginAttempt(session, prepared);
  const done = new Set<string>();
  for (;;) {
    const stored = await prepared.context.storage.all();
    const recorded = releaseState({
      last: stored[0],
      history: session.draft.fields.history ?? [],
      chart: prepared.chart,
      values: done.has("release") ? releasedValues(prepared, stored) : prepared.values,
      otherPostRendering: otherPostRendering(session, prepared),
      test: { enable: prepared.settings.test.enable, ignoreFailures: ignoresTestsOf(session, prepared) },
    });
    const state = await withDrift(session, prepared, recorded, stored[0]);
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
    if (decision.do === "nothing") return finish(session, prepared, state);
    if (decision.do === "stall") {
      session.draft.conditions.markStalled(decision.reason, decision.message);
      return { outcome: "stalled", reason: decision.message };
    }
    const kind = kindOf(decision.do);
    if (done.has(kind)) {
      const outcome = again(session, prepared, false);
      // it came back, or couldn't be put right: who writes it anew each time isn't to be fought without a pause
      return kind === "correct" && outcome.outcome === "retry" ? { ...outcome, after: driftPause } : outcome;
    }
    done.add(kind);
    announce(session.draft, decision.do, formatDuration(timeoutOf(prepared, decision.do)));
    await session.draft.save();
    await runAction(session, prepared, decision, stored);
    // what an uninstall came to isn't told by Ready: why there was one still is
    if (kind !== "correct" && decision.do !== "uninstall") summarizeRelease(session.draft, prepared.settings);
    if (kind === "remediate") return again(session, prepared, true);
  }
}

/** Looks for what others changed in a release that is otherwise as it should be, where that is wanted. */
async function withDrift(
  session: Session<HelmRelease>,
  { context, settings }: PreparedRelease,
  recorded: ReleaseState,
  last: ReleaseRecord | undefined,
): Promise<ReleaseState> {
  const [latest] = session.draft.fields.history ?? [];
  if (recorded.state !== "in-sync" || settings.driftDetection.mode === "disabled") return recorded;
  if (last === undefined || latest === undefined) return recorded;
  const drifts = await detectDrift(context, last.manifest);
  if (drifts.length === 0) return recorded;
  await drifted(session, latest, drifts);
  return { state: "drifted", drifts };
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

function kindOf(action: ActionName): "release" | "test" | "unlock" | "remediate" | "correct" {
  switch (action) {
    case "install":
    case "upgrade":
      return "release";
    case "rollback":
    case "uninstall":
      return "remediate";
    case "correct cluster drift":
      return "correct";
    case "test":
    case "unlock":
      return action;
    default:
      return unreachable(action);
  }
}

function timeoutOf({ settings }: PreparedRelease, action: ActionName): number {
  if (action === "correct cluster drift") return settings.timeout;
  return action === "unlock" ? settings.install.timeout : settings[action].timeout;
}

/** There is no more to do. */
function finish(
  session: Session<HelmRelease>,
  { settings }: PreparedRelease,
  { state }: ReleaseState,
): Outcome {
  const { draft } = session;
  const [latest] = draft.fields.history ?? [];
  if (state === "in-sync" && settings.driftDetection.mode !== "disabled")
    draft.conditions.markFalse("Drifted", "NoDriftDetected", "No drift detected against the cluster state");
  if (state === "in-sync" && latest !== undefined && draft.conditions.is("Remediated", "True")) {
    const message = `Helm upgrade succeeded for release ${latest.namespace}/${latest.name}.v${latest.version} with chart ${latest.chartName}@${latest.chartVersion}`;
    draft.conditions.delete("Released");
    draft.conditions.replace("Remediated", "Released", "True", "UpgradeSucceeded", message);
  }
  draft.conditions.delete("Reconciling");
  summarizeRelease(draft, settings);
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
