import { formatDuration } from "@catalyst/base/duration";
import { describeError, isCatalystError, unreachable } from "@catalyst/base/errors";
import type { ReleaseRecord } from "@catalyst/charts";
import { defaultCapabilities } from "@catalyst/charts";
import { type HelmRelease, helmReleases, type ReleaseSnapshot } from "@catalyst/ports/flux";
import { keyOf } from "@catalyst/ports/kubernetes";
import { inventoryId } from "../apply/index.ts";
import {
  annotationOf,
  forceAtAnnotation,
  requestedAtAnnotation,
  resetAtAnnotation,
} from "../reconcile/annotations.ts";
import {
  artifactFingerprint,
  requestFingerprint,
  unlessChanged,
  type Watched,
} from "../reconcile/interruption.ts";
import { intervalOf } from "../reconcile/interval.ts";
import type { Outcome, Session } from "../reconcile/session.ts";
import { sourceKey, sourceTypes } from "../source/reference.ts";
import { type ActionResult, install, rollback, runTests, uninstall, unlock, upgrade } from "./action.ts";
import { renderWithLookups } from "./chart.ts";
import type { ActionContext } from "./context.ts";
import { type ActionName, activeAction, decideRelease, isExhausted, type ReleaseDecision } from "./decide.ts";
import type { PreparedRelease } from "./prepare.ts";
import type { RenderRelease } from "./rendering.ts";
import { snapshotOf, truncateHistory, valuesDigest, withSnapshot } from "./snapshot.ts";
import { releaseState } from "./state.ts";
import {
  announce,
  released,
  releaseFailed,
  remediated,
  summarizeRelease,
  tested,
  unlocked,
} from "./status.ts";

interface Options {
  readonly render: RenderRelease;
}

/** Runs Helm actions until the release is as it should be, one of each kind at most; then says when to go on. */
export async function reconcileRelease(
  session: Session<HelmRelease>,
  prepared: PreparedRelease,
  options: Options,
): Promise<Outcome> {
  await beginAttempt(session, prepared);
  const done = new Set<string>();
  for (;;) {
    const stored = await prepared.context.storage.all();
    const decision = decideRelease({
      state: releaseState({
        last: stored[0],
        history: session.draft.fields.history ?? [],
        chart: prepared.chart,
        values: prepared.values,
        test: prepared.settings.test,
      }),
      settings: prepared.settings,
      status: session.draft.fields as NonNullable<HelmRelease["status"]>,
      forced: takeForce(session),
    });
    if (decision.do === "nothing") return finish(session, prepared);
    if (decision.do === "stall") {
      session.draft.conditions.markStalled(decision.reason, decision.message);
      return { outcome: "stalled", reason: decision.message };
    }
    const kind = kindOf(decision.do);
    if (done.has(kind)) return again(session, prepared);
    done.add(kind);
    announce(session.draft, decision.do, formatDuration(timeoutOf(prepared, decision.do)));
    await session.draft.save();
    await runAction(session, prepared, options, decision, stored);
    summarizeRelease(session.draft, prepared.settings);
    if (kind === "remediate") return again(session, prepared);
  }
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

/** Records what is about to be tried; a change of it forgets earlier failures. */
async function beginAttempt(session: Session<HelmRelease>, prepared: PreparedRelease): Promise<void> {
  const { fields } = session.draft;
  const { object } = session;
  const configDigest = valuesDigest(prepared.values);
  const reset = requested(object, resetAtAnnotation, object.status?.lastHandledResetAt);
  const changed =
    fields.lastAttemptedGeneration !== object.metadata.generation ||
    fields.lastAttemptedRevision !== prepared.chart.version ||
    fields.lastAttemptedConfigDigest !== configDigest;
  if (changed || reset !== undefined) {
    fields.failures = undefined;
    fields.installFailures = undefined;
    fields.upgradeFailures = undefined;
  }
  if (reset !== undefined) fields.lastHandledResetAt = reset;
  fields.storageNamespace = prepared.settings.storageNamespace;
  fields.lastAttemptedGeneration = object.metadata.generation;
  fields.lastAttemptedRevision = prepared.chart.version;
  fields.lastAttemptedRevisionDigest = prepared.chart.ociDigest;
  fields.lastAttemptedConfigDigest = configDigest;
}

/** The value of an annotation that asks for something, when it belongs to the present request and is new. */
function requested(object: HelmRelease, name: string, handled: string | undefined): string | undefined {
  const value = annotationOf(object, name);
  const isNew =
    value !== undefined && value !== handled && value === annotationOf(object, requestedAtAnnotation);
  return isNew ? value : undefined;
}

/** Tells whether a release was asked for even though nothing changed; true once per request. */
function takeForce(session: Session<HelmRelease>): boolean {
  const { fields } = session.draft;
  const force = requested(session.object, forceAtAnnotation, fields.lastHandledForceAt);
  if (force !== undefined) fields.lastHandledForceAt = force;
  return force !== undefined;
}

async function runAction(
  session: Session<HelmRelease>,
  prepared: PreparedRelease,
  options: Options,
  decision: Exclude<ReleaseDecision, { do: "nothing" | "stall" }>,
  stored: readonly ReleaseRecord[],
): Promise<void> {
  const { draft } = session;
  const [last] = stored;
  switch (decision.do) {
    case "install":
    case "upgrade":
      return releaseChart(session, prepared, options, decision.do, stored);
    case "unlock": {
      const pending = last as ReleaseRecord;
      const record = await unlock(prepared.context, pending);
      const snapshot = snapshotOf(record, draft.fields.lastAttemptedReleaseAction ?? "install", undefined);
      draft.fields.history = withSnapshot(draft.fields.history ?? [], snapshot);
      return unlocked(session, snapshot, pending.info.status);
    }
    case "test": {
      const result = await runTests(prepared.context, last as ReleaseRecord);
      const snapshot = recordTests(session, result);
      if (result.error !== undefined && !prepared.settings.test.ignoreFailures)
        countFailure(session, prepared);
      return tested(session, snapshot, result.error);
    }
    case "rollback": {
      const target = stored.find((record) => record.version === decision.to.version);
      if (target === undefined)
        return remediated(session, "rollback", decision.to, new Error("release not found"));
      const result = await interruptible(session, prepared, (context) =>
        rollback(context, target, last as ReleaseRecord),
      );
      observe(session, prepared, result, "rollback");
      return remediated(session, "rollback", decision.to, result.error);
    }
    case "uninstall": {
      const snapshot = draft.fields.history?.[0] as ReleaseSnapshot;
      const result = await uninstall(prepared.context, last as ReleaseRecord);
      observe(session, prepared, result, "uninstall-remediation");
      return remediated(session, "uninstall", snapshot, result.error);
    }
  }
}

async function releaseChart(
  session: Session<HelmRelease>,
  prepared: PreparedRelease,
  options: Options,
  action: "install" | "upgrade",
  stored: readonly ReleaseRecord[],
): Promise<void> {
  const { draft } = session;
  draft.fields.lastAttemptedReleaseAction = action;
  draft.conditions.delete("TestSuccess", "Remediated");
  if (action === "install") draft.fields.history = undefined;
  const subject = { settings: prepared.settings, chart: prepared.chart };
  let result: ActionResult;
  try {
    const { record, crds } = await render(session, prepared, options, action, stored);
    const current = stored.find((item) => item.info.status === "deployed") ?? stored[0];
    result = await interruptible(session, prepared, (context) =>
      action === "install" || current === undefined
        ? install(context, record, crds)
        : upgrade(context, record, crds, current),
    );
  } catch (error) {
    if (session.signal.aborted || !isCatalystError(error) || error.code === "reconcile-superseded")
      throw error;
    // Nothing was stored, so there's nothing to remediate: it is merely tried again.
    return releaseFailed(session, action, subject, error);
  }
  observe(session, prepared, result, action);
  if (isCatalystError(result.error, "reconcile-superseded")) throw result.error;
  if (result.error !== undefined) {
    countFailure(session, prepared);
    return releaseFailed(session, action, subject, result.error);
  }
  const snapshot = draft.fields.history?.[0] as ReleaseSnapshot;
  if (prepared.settings[action].retryInterval !== undefined) clearFailures(session);
  await released(session, action, snapshot, prepared.settings);
}

function render(
  session: Session<HelmRelease>,
  { chart, values, settings, context }: PreparedRelease,
  options: Options,
  action: "install" | "upgrade",
  stored: readonly ReleaseRecord[],
) {
  const { object, cluster, clock } = session;
  const { namespace = "", name } = object.metadata;
  const job = {
    archive: chart.archive,
    archiveDigest: chart.archiveDigest,
    chartVersion: chart.version,
    release: {
      name: settings.releaseName,
      namespace: settings.releaseNamespace,
      revision: (stored[0]?.version ?? 0) + 1,
      isUpgrade: action === "upgrade",
      firstDeployed: stored.at(-1)?.info.firstDeployed,
    },
    values,
    kubeVersion: undefined,
    apiVersions: defaultCapabilities.apiVersions,
    seed: `${cluster}/${name}`,
    now: clock.now(),
    skipSchema: !settings[action].schema,
    originLabels: { "helm.toolkit.fluxcd.io/name": name, "helm.toolkit.fluxcd.io/namespace": namespace },
  };
  return renderWithLookups(options.render, job, context);
}

/** Runs an action that a new chart, spec or request cuts short: it would only be in the way of what follows. */
async function interruptible(
  session: Session<HelmRelease>,
  prepared: PreparedRelease,
  run: (context: ActionContext) => Promise<ActionResult>,
): Promise<ActionResult> {
  const { object } = session;
  const reference = object.spec.chartRef;
  const source = reference === undefined ? undefined : sourceTypes[reference.kind];
  const watched: Watched[] = [{ type: helmReleases, key: keyOf(object), fingerprint: requestFingerprint }];
  if (source !== undefined && reference !== undefined) {
    const key = sourceKey(reference, object.metadata.namespace ?? "");
    watched.push({ type: source, key, fingerprint: artifactFingerprint });
  }
  return unlessChanged(session, watched, (signal) => run({ ...prepared.context, signal }));
}

/** Takes the revisions an action wrote into the history. */
function observe(
  session: Session<HelmRelease>,
  prepared: PreparedRelease,
  result: ActionResult,
  action: string,
): void {
  const { fields } = session.draft;
  let history = fields.history ?? [];
  for (const record of [...result.records].reverse()) {
    const known = history.find((entry) => entry.version === record.version);
    history = withSnapshot(history, snapshotOf(record, known?.action ?? action, prepared.chart.ociDigest));
  }
  fields.history = [...history].sort((a, b) => b.version - a.version);
  if (result.objects.length > 0) {
    fields.inventory = { entries: result.objects.map((id) => ({ id: inventoryId(id), v: id.version })) };
  }
}

function recordTests(session: Session<HelmRelease>, result: ActionResult): ReleaseSnapshot {
  const { fields } = session.draft;
  const [latest, ...older] = fields.history ?? [];
  const [record] = result.records;
  const hooks = (record?.hooks ?? []).filter((hook) => hook.events.includes("test"));
  const testHooks = Object.fromEntries(
    hooks.map(({ name, lastRun }) => [
      name,
      {
        ...(lastRun.startedAt === undefined ? {} : { lastStarted: lastRun.startedAt }),
        ...(lastRun.completedAt === undefined ? {} : { lastCompleted: lastRun.completedAt }),
        phase: lastRun.phase,
      },
    ]),
  );
  const snapshot = { ...(latest as ReleaseSnapshot), testHooks };
  fields.history = [snapshot, ...older];
  return snapshot;
}

function countFailure(session: Session<HelmRelease>, prepared: PreparedRelease): void {
  const { fields } = session.draft;
  const active = activeAction(prepared.settings, fields as NonNullable<HelmRelease["status"]>);
  if (active?.name === "install") fields.installFailures = (fields.installFailures ?? 0) + 1;
  if (active?.name === "upgrade") fields.upgradeFailures = (fields.upgradeFailures ?? 0) + 1;
}

function clearFailures(session: Session<HelmRelease>): void {
  const { fields } = session.draft;
  fields.failures = undefined;
  fields.installFailures = undefined;
  fields.upgradeFailures = undefined;
}

/** The release is as it should be. */
function finish(session: Session<HelmRelease>, prepared: PreparedRelease): Outcome {
  const { draft } = session;
  draft.fields.history = truncateHistory(draft.fields.history ?? [], prepared.settings.test.ignoreFailures);
  const [latest] = draft.fields.history;
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
function backoff(failures: number): number {
  return Math.min(1000 * 2 ** failures, 300_000);
}

/** Something failed: says when it is tried again, or that it isn't. */
function again(session: Session<HelmRelease>, prepared: PreparedRelease): Outcome {
  const { draft } = session;
  const active = activeAction(prepared.settings, draft.fields as NonNullable<HelmRelease["status"]>);
  const message = draft.conditions.get("Ready")?.message ?? "";
  if (active?.settings.retryInterval !== undefined) {
    const after = active.settings.retryInterval;
    draft.conditions.markReconciling("ProgressingWithRetry", `retrying after ${formatDuration(after)}`);
    return { outcome: "retry", after, reason: message };
  }
  const exhausted = active !== undefined && isExhausted(active.settings, active.failures);
  if (!exhausted) {
    draft.conditions.markReconciling("ProgressingWithRetry", message);
    return { outcome: "retry", after: backoff(draft.fields.failures ?? 0), reason: message };
  }
  const words = `Failed to ${active.name} after ${active.failures} attempt(s)`;
  draft.conditions.markStalled("RetriesExceeded", words);
  return { outcome: "stalled", reason: `${words}: ${describeError(message)}` };
}
