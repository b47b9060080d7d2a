import type { HelmRelease, ReleaseSnapshot } from "@catalyst/ports/flux";
import { inventoryId } from "../apply/index.ts";
import {
  annotationOf,
  forceAtAnnotation,
  requestedAtAnnotation,
  resetAtAnnotation,
} from "../reconcile/annotations.ts";
import type { Session } from "../reconcile/session.ts";
import type { ActionResult } from "./action.ts";
import { activeAction } from "./decide.ts";
import type { PreparedRelease } from "./prepare.ts";
import { snapshotOf, valuesDigest, withSnapshot } from "./snapshot.ts";

/** Records what is about to be tried; a change of it forgets earlier failures. */
export async function beginAttempt(session: Session<HelmRelease>, prepared: PreparedRelease): Promise<void> {
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
export function takeForce(session: Session<HelmRelease>): boolean {
  const { fields } = session.draft;
  const force = requested(session.object, forceAtAnnotation, fields.lastHandledForceAt);
  if (force !== undefined) fields.lastHandledForceAt = force;
  return force !== undefined;
}

/** Takes the revisions an action wrote into the history. */
export function observe(
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

/** Takes what the test hooks came to into the newest history entry, and gives that. */
export function recordTests(session: Session<HelmRelease>, result: ActionResult): ReleaseSnapshot {
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

/** Counts a failure for the action tried last. */
export function countFailure(session: Session<HelmRelease>, prepared: PreparedRelease): void {
  const { fields } = session.draft;
  const active = activeAction(prepared.settings, fields as NonNullable<HelmRelease["status"]>);
  if (active?.name === "install") fields.installFailures = (fields.installFailures ?? 0) + 1;
  if (active?.name === "upgrade") fields.upgradeFailures = (fields.upgradeFailures ?? 0) + 1;
}

/** Forgets all failures. */
export function clearFailures(session: Session<HelmRelease>): void {
  const { fields } = session.draft;
  fields.failures = undefined;
  fields.installFailures = undefined;
  fields.upgradeFailures = undefined;
}
