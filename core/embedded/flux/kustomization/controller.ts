import { formatDuration } from "@catalyst/base/duration";
import { isCatalystError } from "@catalyst/base/errors";
import { documentCache } from "@catalyst/kustomize";
import { type Kustomization, kustomizations } from "@catalyst/ports/flux";
import { parseInventoryEntry, pruneError, pruneObjects, type ResourceTypes } from "../apply/index.ts";
import type { ArtifactStore } from "../artifacts/index.ts";
import { waitForObjects } from "../readiness/index.ts";
import { type FluxController, fluxController } from "../reconcile/controller.ts";
import { durationOr, intervalOf } from "../reconcile/interval.ts";
import type { Outcome, Session } from "../reconcile/session.ts";
import { dependencyTrigger, sourceTriggers } from "../source/triggers.ts";
import { appliedKey, applyRevision, type KustomizationParts, StepFailure } from "./act.ts";
import { AppliedObjects } from "./applied.ts";
import { ownerLabels } from "./build.ts";
import { decideKustomization, dependencyInterval } from "./decide.ts";
import { observeKustomization } from "./observe.ts";
import { failKustomization, succeedKustomization } from "./status.ts";

export interface KustomizationOptions {
  readonly store: ArtifactStore;
  readonly types: ResourceTypes;
}

/** Reconciles Kustomization: applies what a source's folder holds. */
export function kustomizationController(options: KustomizationOptions): FluxController<Kustomization> {
  const parts: KustomizationParts = { ...options, documents: documentCache(), applied: new AppliedObjects() };
  return fluxController<Kustomization>({
    type: kustomizations,
    component: "kustomize-controller",
    fieldManager: "kustomize-controller",
    // Health checks wait; a waiting reconcile costs a place and nothing else.
    concurrency: 64,
    triggers: [
      ...sourceTriggers(kustomizations, ({ spec }) => spec.sourceRef),
      dependencyTrigger(kustomizations),
    ],
    inputs: observeKustomization,
    isCurrent: async (session) => {
      const { artifact } = await observeKustomization(session);
      return artifact !== undefined && artifact.revision === session.object.status?.lastAppliedRevision;
    },
    reconcile: (session) => reconcile(session, parts),
    finalize: (session) => finalize(session, parts),
  });
}

async function reconcile(session: Session<Kustomization>, parts: KustomizationParts): Promise<Outcome> {
  const { object, draft } = session;
  const action = decideKustomization(object, await observeKustomization(session));
  switch (action.do) {
    case "refuse":
      draft.conditions.markFalse("Ready", "BuildFailed", action.message);
      draft.conditions.markStalled("BuildFailed", action.message);
      await session.record({ type: "Warning", reason: "BuildFailed", message: action.message });
      return { outcome: "stalled", reason: action.message };
    case "await-source":
      failKustomization(session, "ArtifactFailed", action.message);
      return {
        outcome: "retry",
        after: action.exists ? dependencyInterval : retryInterval(object),
        reason: action.message,
      };
    case "await-dependency": {
      failKustomization(session, "DependencyNotReady", action.message);
      const message = `Dependencies do not meet ready condition, retrying in ${formatDuration(dependencyInterval)}`;
      await session.record({ type: "Normal", reason: "DependencyNotReady", message });
      return { outcome: "retry", after: dependencyInterval, reason: action.message };
    }
    case "apply":
      break;
  }
  const { revision } = action.artifact;
  const started = session.clock.now();
  try {
    await applyRevision(session, action.artifact, parts);
  } catch (error) {
    return failed(session, error);
  }
  succeedKustomization(session, revision);
  draft.observeGeneration();
  await draft.save();
  const spent = formatDuration(session.clock.now() - started);
  if (object.status?.lastAppliedRevision !== revision) {
    const message = `Reconciliation finished in ${spent}, next run in ${formatDuration(intervalOf(object))}`;
    const annotations = { "kustomize.toolkit.fluxcd.io/revision": revision };
    await session.record({ type: "Normal", reason: "ReconciliationSucceeded", message, annotations });
  }
  return { outcome: "settled", after: intervalOf(object) };
}

/** `spec.retryInterval`; without one, the interval. */
function retryInterval(object: Kustomization): number {
  return durationOr(object.spec.retryInterval, intervalOf(object));
}

async function failed(session: Session<Kustomization>, error: unknown): Promise<Outcome> {
  if (isCatalystError(error, "reconcile-superseded")) {
    session.draft.conditions.markFalse("Ready", "HealthCheckCanceled", error.message);
    return { outcome: "retry", after: 0, reason: error.message };
  }
  if (!(error instanceof StepFailure)) throw error;
  failKustomization(session, error.reason, error.message);
  await session.record({ type: "Warning", reason: error.reason, message: error.message });
  const after = error.reason === "ArtifactFailed" ? dependencyInterval : retryInterval(session.object);
  return { outcome: "retry", after, reason: error.message };
}

/** Deletes what was applied, as `spec.deletionPolicy` says; a suspended Kustomization leaves all in place. */
async function finalize(session: Session<Kustomization>, parts: KustomizationParts): Promise<boolean> {
  const { object, client, clock, signal } = session;
  parts.applied.forget(appliedKey(session));
  const policy = object.spec.deletionPolicy ?? "MirrorPrune";
  const entries = object.status?.inventory?.entries ?? [];
  const deletes = policy === "MirrorPrune" ? object.spec.prune === true : policy !== "Orphan";
  if (object.spec.suspend === true || !deletes || entries.length === 0) return true;
  const ids = entries.flatMap((entry) => parseInventoryEntry(entry) ?? []);
  const keep = [
    ["kustomize.toolkit.fluxcd.io/prune", "disabled"],
    ["kustomize.toolkit.fluxcd.io/reconcile", "disabled"],
  ] as const;
  const pruned = await pruneObjects(ids, { client, types: parts.types, owner: ownerLabels(object), keep });
  const failure = pruneError(pruned);
  if (failure !== undefined) throw failure;
  if (policy === "WaitForTermination") {
    const deleted = pruned.changes.filter((change) => change.action === "deleted").map((change) => change.id);
    const timeout = durationOr(object.spec.timeout, intervalOf(object));
    await waitForObjects(deleted, {
      client,
      types: parts.types,
      clock,
      timeout,
      signal,
      until: "gone",
    }).catch((error: unknown) => {
      if (!isCatalystError(error)) throw error;
    });
  }
  return true;
}
