import { digestOf } from "@catalyst/base/digest";
import { formatDuration } from "@catalyst/base/duration";
import { CatalystError, errorMessage, isCatalystError } from "@catalyst/base/errors";
import type { DocumentCache } from "@catalyst/kustomize";
import { type Artifact, type Kustomization, kustomizations } from "@catalyst/ports/flux";
import { keyOf } from "@catalyst/ports/kubernetes";
import {
  applyObjects,
  type Change,
  describeChanges,
  inventoryId,
  type ObjectId,
  parseInventoryEntry,
  pruneError,
  pruneObjects,
  type ResourceTypes,
} from "../apply/index.ts";
import type { ArtifactStore } from "../artifacts/index.ts";
import { waitForObjects } from "../readiness/index.ts";
import { annotationOf, requestedAtAnnotation } from "../reconcile/annotations.ts";
import { artifactFingerprint, requestFingerprint, unlessChanged } from "../reconcile/interruption.ts";
import { durationOr, intervalOf } from "../reconcile/interval.ts";
import type { Session } from "../reconcile/session.ts";
import { sourceKey, sourceTypes } from "../source/reference.ts";
import type { AppliedObjects } from "./applied.ts";
import { buildFailure, buildManifests, type Manifests, ownerLabels } from "./build.ts";
import { withHistory } from "./status.ts";

export interface KustomizationParts {
  readonly store: ArtifactStore;
  readonly documents: DocumentCache;
  readonly types: ResourceTypes;
  readonly applied: AppliedObjects;
}

/** A step that failed: the reason of the Ready condition, with Flux's words. */
export class StepFailure extends CatalystError {
  readonly reason: string;

  constructor(reason: string, message: string, cause: unknown) {
    super("kustomization-failed", message, { cause });
    this.reason = reason;
  }
}

const group = "kustomize.toolkit.fluxcd.io";
const marks = {
  skip: [
    [`${group}/reconcile`, "disabled"],
    [`${group}/ssa`, "ignore"],
  ],
  ifNotPresent: [[`${group}/ssa`, "IfNotPresent"]],
  force: [[`${group}/force`, "enabled"]],
} as const;
const keepMarks = [[`${group}/prune`, "disabled"], ...marks.skip] as const;

/** The key under which a Kustomization's applied objects are remembered. */
export function appliedKey(session: Session<Kustomization>): string {
  const { namespace, name, uid } = session.object.metadata;
  return [session.cluster, namespace, name, uid].join("/");
}

/** Builds, applies, prunes and checks one revision. Throws StepFailure, and `reconcile-superseded`. */
export async function applyRevision(
  session: Session<Kustomization>,
  artifact: Artifact,
  parts: KustomizationParts,
): Promise<void> {
  const started = session.clock.now();
  session.draft.fields.lastAttemptedRevision = artifact.revision;
  const manifests = await build(session, artifact, parts);
  const digest = digestOf(await manifests.text());
  const note = (status: string) => {
    const { fields } = session.draft;
    const at = session.clock.now();
    const result = { digest, status, at, duration: at - started, revision: artifact.revision };
    fields.history = withHistory(fields.history ?? [], result);
  };
  try {
    const changes = await apply(session, artifact, manifests, parts);
    await prune(session, artifact, changes, parts);
    await checkHealth(session, artifact, changes, parts);
    note("ReconciliationSucceeded");
  } catch (error) {
    if (error instanceof StepFailure) note(error.reason);
    throw error;
  }
}

async function build(
  session: Session<Kustomization>,
  artifact: Artifact,
  parts: KustomizationParts,
): Promise<Manifests> {
  try {
    return await buildManifests(session, artifact, parts);
  } catch (error) {
    if (isCatalystError(error, "artifact-missing") || isCatalystError(error, "artifact-damaged")) {
      throw new StepFailure(
        "ArtifactFailed",
        "Source is not ready, artifact not found, retrying in 30s",
        error,
      );
    }
    const reason = isCatalystError(error, "kustomization-path-missing") ? "ArtifactFailed" : "BuildFailed";
    throw new StepFailure(reason, buildFailure(error), error);
  }
}

async function apply(
  session: Session<Kustomization>,
  artifact: Artifact,
  manifests: Manifests,
  parts: KustomizationParts,
): Promise<readonly Change[]> {
  const { object, client, clock, signal } = session;
  const key = appliedKey(session);
  const asked = annotationOf(object, requestedAtAnnotation) !== object.status?.lastHandledReconcileAt;
  const maxAge = asked ? 0 : intervalOf(object);
  const known = parts.applied.of(key, clock.now(), maxAge);
  try {
    const changes = await applyObjects(manifests.objects, {
      client,
      types: parts.types,
      clock,
      signal,
      fieldManager: "kustomize-controller",
      marks,
      force: object.spec.force === true,
      isApplied: (item) => known.has(item),
    });
    const comparedAt = known.size === 0 ? clock.now() : (parts.applied.comparedAt(key) ?? clock.now());
    parts.applied.set(key, manifests.objects, comparedAt);
    await recordChanges(session, artifact, changes);
    return changes;
  } catch (error) {
    parts.applied.forget(key);
    if (signal.aborted) throw error;
    throw new StepFailure("ReconciliationFailed", errorMessage(error), error);
  }
}

async function recordChanges(
  session: Session<Kustomization>,
  artifact: Artifact,
  changes: readonly Change[],
): Promise<void> {
  const message = describeChanges(changes);
  if (message === "") return;
  const annotations = { [`${group}/revision`]: artifact.revision };
  await session.record({ type: "Normal", reason: "Progressing", message, annotations });
}

async function prune(
  session: Session<Kustomization>,
  artifact: Artifact,
  changes: readonly Change[],
  parts: KustomizationParts,
): Promise<void> {
  const { object, client, draft } = session;
  const entries = changes.map(({ id }) => ({ id: inventoryId(id), v: id.version }));
  const present = new Set(entries.map((entry) => entry.id));
  const stale = (object.status?.inventory?.entries ?? []).filter((entry) => !present.has(entry.id));
  draft.fields.inventory = { entries };
  if (object.spec.prune !== true || stale.length === 0) return;
  const ids = stale.flatMap((entry) => parseInventoryEntry(entry) ?? []);
  const pruned = await pruneObjects(ids, {
    client,
    types: parts.types,
    owner: ownerLabels(object),
    keep: keepMarks,
  });
  await recordChanges(session, artifact, pruned.changes);
  const failure = pruneError(pruned);
  if (failure === undefined) return;
  // What couldn't be deleted stays in the inventory, so that it is tried again.
  const left = pruned.failures.map(({ id }) => ({ id: inventoryId(id), v: id.version }));
  draft.fields.inventory = { entries: [...entries, ...left] };
  throw new StepFailure("PruneFailed", failure.message, failure);
}

function objectsToCheck(object: Kustomization, changes: readonly Change[]): readonly ObjectId[] {
  const all =
    object.spec.wait === true
      ? changes.filter((change) => change.action !== "skipped").map((change) => change.id)
      : (object.spec.healthChecks ?? []).map((check): ObjectId => {
          const apiVersion = check.apiVersion ?? "apps/v1";
          const slash = apiVersion.indexOf("/");
          return {
            group: slash < 0 ? "" : apiVersion.slice(0, slash),
            version: apiVersion.slice(slash + 1),
            kind: check.kind,
            namespace: check.namespace ?? "",
            name: check.name,
          };
        });
  const { name, namespace } = object.metadata;
  // A Kustomization that applies itself mustn't wait for itself.
  return all.filter((id) => !(id.kind === "Kustomization" && id.name === name && id.namespace === namespace));
}

async function checkHealth(
  session: Session<Kustomization>,
  artifact: Artifact,
  changes: readonly Change[],
  parts: KustomizationParts,
): Promise<void> {
  const { object, client, clock, draft } = session;
  const objects = objectsToCheck(object, changes);
  if (objects.length === 0) return draft.conditions.delete("Healthy");
  const started = clock.now();
  const timeout = durationOr(object.spec.timeout, intervalOf(object) - 30_000);
  const message = `Running health checks for revision ${artifact.revision} with a timeout of ${formatDuration(timeout)}`;
  draft.conditions.markReconciling("Progressing", message);
  draft.conditions.markUnknown("Ready", "Progressing", "Reconciliation in progress");
  draft.conditions.markUnknown("Healthy", "Progressing", message);
  await draft.save();
  const { kind } = object.spec.sourceRef;
  const source = sourceTypes[kind];
  const watched = [
    { type: kustomizations, key: keyOf(object), fingerprint: requestFingerprint },
    ...(source === undefined
      ? []
      : [
          {
            type: source,
            key: sourceKey(object.spec.sourceRef, object.metadata.namespace ?? ""),
            fingerprint: artifactFingerprint,
          },
        ]),
  ];
  try {
    await unlessChanged(session, watched, (signal) =>
      waitForObjects(objects, { client, types: parts.types, clock, timeout, signal }),
    );
  } catch (error) {
    if (!isCatalystError(error, "wait-timeout") && !isCatalystError(error, "wait-failed")) throw error;
    draft.conditions.markFalse("Healthy", "HealthCheckFailed", error.message);
    const spent = formatDuration(clock.now() - started);
    throw new StepFailure("HealthCheckFailed", `health check failed after ${spent}: ${error.message}`, error);
  }
  draft.conditions.markTrue(
    "Healthy",
    "Succeeded",
    `Health check passed in ${formatDuration(clock.now() - started)}`,
  );
}
