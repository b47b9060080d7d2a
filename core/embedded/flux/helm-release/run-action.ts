import { CatalystError, isCatalystError } from "@catalyst/base/errors";
import { isObject, type JsonObject } from "@catalyst/base/json";
import type { FormerValues, ReleaseRecord } from "@catalyst/charts/records";
import { type HelmRelease, helmReleases, type ReleaseSnapshot } from "@catalyst/ports/flux";
import { keyOf } from "@catalyst/ports/kubernetes";
import {
  artifactFingerprint,
  requestFingerprint,
  unlessChanged,
  type Watched,
} from "../reconcile/interruption.ts";
import type { Session } from "../reconcile/session.ts";
import { sourceKey, sourceTypes } from "../source/reference.ts";
import { type ActionResult, isServerSide, unlock } from "./action.ts";
import {
  clearFailures,
  countFailure,
  definitionsOf,
  observe,
  observeRemediation,
  recordTests,
} from "./attempt.ts";
import { renderWithLookups } from "./chart.ts";
import type { ActionContext } from "./context.ts";
import { activeAction, ignoresTests, type ReleaseDecision } from "./decide.ts";
import { correctDrift, corrected } from "./drift/index.ts";
import { install } from "./install.ts";
import type { PreparedRelease } from "./prepare.ts";
import { rollback } from "./rollback.ts";
import { snapshotOf } from "./snapshot.ts";
import { released, releaseFailed, remediated, tested, unlocked } from "./status.ts";
import { testRelease } from "./test-release.ts";
import { uninstall } from "./uninstall.ts";
import { upgrade } from "./upgrade.ts";

/** Runs the action that was decided on and records what it came to. */
export async function runAction(
  session: Session<HelmRelease>,
  prepared: PreparedRelease,
  decision: Exclude<ReleaseDecision, { do: "nothing" | "stall" }>,
  stored: readonly ReleaseRecord[],
): Promise<void> {
  const { draft } = session;
  const [last] = stored;
  switch (decision.do) {
    case "install":
    case "upgrade":
      return releaseChart(session, prepared, decision.do, stored);
    case "unlock": {
      const pending = last as ReleaseRecord;
      const record = await unlock(prepared.context, pending);
      const history = draft.fields.history ?? [];
      const known = history.find(({ version }) => version === record.version);
      const snapshot = snapshotOf(record, known?.action, known?.ociDigest);
      // one that wasn't seen before stays unseen: whoever made it, it is upgraded
      draft.fields.history = history.map((entry) => (entry === known ? snapshot : entry));
      return unlocked(session, snapshot, pending.info.status);
    }
    case "correct cluster drift": {
      draft.conditions.markUnknown("Ready", "Progressing", "correcting cluster drift");
      const correction = await interruptible(session, prepared, (context) =>
        correctDrift(context, decision.drifts),
      );
      return corrected(session, draft.fields.history?.[0] as ReleaseSnapshot, correction);
    }
    case "test": {
      const result = await testRelease(prepared.context, last as ReleaseRecord);
      const snapshot = recordTests(session, prepared, result);
      const active = activeAction(prepared.settings, draft.fields as NonNullable<HelmRelease["status"]>);
      if (result.error !== undefined && !ignoresTests(prepared.settings, active))
        countFailure(session, prepared);
      return tested(session, snapshot, result.error);
    }
    case "rollback": {
      const target = stored.find((record) => record.version === decision.to.version);
      if (target === undefined)
        return remediated(session, "rollback", decision.to, new Error("release not found"));
      const result = await interruptible(session, prepared, (context) =>
        rollback(context, target, last as ReleaseRecord, definitionsOf(session)),
      );
      observeRemediation(session, result, "rollback");
      return remediated(session, "rollback", decision.to, result.error);
    }
    case "uninstall": {
      const snapshot = draft.fields.history?.[0] as ReleaseSnapshot;
      const result = await uninstall(prepared.context, stored);
      observeRemediation(session, result, "uninstall-remediation");
      return remediated(session, "uninstall", snapshot, result.error);
    }
  }
}

async function releaseChart(
  session: Session<HelmRelease>,
  prepared: PreparedRelease,
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
    const current = currentOf(stored);
    if (action === "upgrade" && current === undefined) {
      const words = `"${prepared.settings.releaseName}" has no deployed releases`;
      throw new CatalystError("release-not-deployed", words);
    }
    const rendered = await render(session, prepared, action, stored);
    result = await interruptible(session, prepared, (context) =>
      action === "install" || current === undefined
        ? install(context, rendered, stored)
        : upgrade(context, rendered, current),
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

/** What is deployed, or else was tried last; undefined when that was uninstalled. */
function currentOf(stored: readonly ReleaseRecord[]): ReleaseRecord | undefined {
  const [last] = stored;
  const wasTried = last?.info.status === "failed" || last?.info.status === "superseded";
  return stored.find((item) => item.info.status === "deployed") ?? (wasTried ? last : undefined);
}

function formerValues(record: ReleaseRecord | undefined): FormerValues | undefined {
  if (record === undefined) return undefined;
  const own = record.chart["values"];
  return { chart: isObject(own) ? (own as JsonObject) : {}, given: record.config };
}

function render(
  session: Session<HelmRelease>,
  { chart, values, settings, context }: PreparedRelease,
  action: "install" | "upgrade",
  stored: readonly ReleaseRecord[],
) {
  const { object, cluster, clock } = session;
  const { name } = object.metadata;
  const isUpgrade = action === "upgrade";
  const [last] = stored;
  const chosen = settings[action].serverSideApply;
  const serverSide = last === undefined || !isUpgrade ? chosen !== "disabled" : isServerSide(chosen, last);
  const job = {
    archive: chart.archive,
    archiveDigest: chart.archiveDigest,
    chartVersion: chart.version,
    release: {
      name: settings.releaseName,
      namespace: settings.releaseNamespace,
      // an installed release begins anew, also where it takes the name of one that is over
      revision: isUpgrade ? (last?.version ?? 0) + 1 : 1,
      isUpgrade,
      firstDeployed: isUpgrade ? currentOf(stored)?.info.firstDeployed : undefined,
      labels: isUpgrade ? (last?.labels ?? {}) : {},
      applyMethod: serverSide ? ("ssa" as const) : ("csa" as const),
    },
    values,
    crds: settings[action].crds,
    former: isUpgrade && settings.upgrade.preserveValues ? formerValues(currentOf(stored)) : undefined,
    seed: `${cluster}/${name}`,
    now: clock.now(),
    skipSchema: !settings[action].schema,
    postRenderStrategy: settings.postRenderStrategy,
    postRenderers: settings.postRenderers ?? [],
    commonMetadata: settings.commonMetadata,
    originLabels: context.origin,
  };
  return renderWithLookups(job, context);
}

/** Runs an action that a new chart, spec or request cuts short: it would only be in the way of what follows. */
async function interruptible<T>(
  session: Session<HelmRelease>,
  prepared: PreparedRelease,
  run: (context: ActionContext) => Promise<T>,
): Promise<T> {
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
