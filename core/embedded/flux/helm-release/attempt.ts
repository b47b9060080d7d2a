import type { HelmRelease, ReleaseSnapshot } from "@catalyst/ports/flux";
import { inventoryId, type ObjectId, parseInventoryEntry } from "../apply/index.ts";
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
import { selectsTest } from "./settings.ts";
import { snapshotOf, valuesDigest } from "./snapshot.ts";

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

/** Takes the revisions that an install or an upgrade wrote into the history: the newest is what it made. */
export function observe(
  session: Session<HelmRelease>,
  prepared: PreparedRelease,
  result: ActionResult,
  action: "install" | "upgrade",
): void {
  const { fields } = session.draft;
  const [newest, ...others] = result.records.map(({ record }) => record);
  if (newest !== undefined) {
    const history = fields.history ?? [];
    // of the others Flux takes the newest that it knows
    const other = others.find((record) => history.some((entry) => entry.version === record.version));
    const known = history.map((entry) =>
      entry.version === other?.version
        ? renewed(entry, snapshotOf(other, undefined, entry.ociDigest))
        : entry,
    );
    const latest = snapshotOf(newest, action, prepared.chart.ociDigest);
    fields.history = [latest, ...known.filter((entry) => entry.version !== latest.version)];
  }
  takeInventory(session, result);
}

/** Takes the revisions that a rollback or an uninstall wrote into the history. */
export function observeRemediation(
  session: Session<HelmRelease>,
  result: ActionResult,
  action: "rollback" | "uninstall-remediation" | "uninstall",
): void {
  const { fields } = session.draft;
  let history = fields.history ?? [];
  for (const { record, isRemoved } of [...result.records].reverse()) {
    const known = history.find((entry) => entry.version === record.version);
    const isOwn = known !== undefined || !isRemoved;
    const snapshot = snapshotOf(record, isOwn ? action : undefined, known?.ociDigest);
    if (known !== undefined)
      history = history.map((entry) => (entry === known ? renewed(entry, snapshot) : entry));
    else if (action === "rollback") history = [snapshot, ...history];
  }
  fields.history = history;
  takeInventory(session, result);
}

function renewed(entry: ReleaseSnapshot, snapshot: ReleaseSnapshot): ReleaseSnapshot {
  return entry.testHooks === undefined ? snapshot : { ...snapshot, testHooks: entry.testHooks };
}

function takeInventory({ draft }: Session<HelmRelease>, { objects }: ActionResult): void {
  if (objects === undefined) return;
  draft.fields.inventory =
    objects.length === 0
      ? undefined
      : { entries: objects.map((id) => ({ id: inventoryId(id), v: id.version })) };
}

/** The definitions of a chart, as the inventory has them: a release that goes back leaves them as they are. */
export function definitionsOf(session: Session<HelmRelease>): readonly ObjectId[] {
  const entries = session.draft.fields.inventory?.entries ?? [];
  return entries.flatMap((entry) => {
    const id = parseInventoryEntry(entry);
    return id?.kind === "CustomResourceDefinition" ? [id] : [];
  });
}

/** Takes what the test hooks came to into the newest history entry, and gives that. */
export function recordTests(
  session: Session<HelmRelease>,
  { settings }: PreparedRelease,
  result: ActionResult,
): ReleaseSnapshot {
  const { fields } = session.draft;
  const [latest, ...older] = fields.history ?? [];
  const [written] = result.records;
  const hooks = (written?.record.hooks ?? []).filter(
    (hook) => hook.events.includes("test") && selectsTest(settings.test.filters, hook.name),
  );
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
