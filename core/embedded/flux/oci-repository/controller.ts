import { describeError, isCatalystError } from "@catalyst/base/errors";
import { type Artifact, type OciRepository, ociRepositories } from "@catalyst/ports/flux";
import type { ArtifactStore } from "../artifacts/index.ts";
import type { FluxWork } from "../jobs.ts";
import { type FluxController, fluxController } from "../reconcile/controller.ts";
import { intervalOf } from "../reconcile/interval.ts";
import type { Outcome, Session } from "../reconcile/session.ts";
import { failSource, retryAfter, showArtifact } from "../source/outcome.ts";
import { succeedSource, summarizeSource } from "../source/summary.ts";
import { ociArtifactOwner, pullArtifact, verifyTarget } from "./act.ts";
import { decideOciRepository } from "./decide.ts";
import { type OciTarget, type OpenRegistry, observeOciRepository, type VerifySignature } from "./observe.ts";

export interface OciRepositoryOptions {
  readonly store: ArtifactStore;
  readonly work: FluxWork;
  readonly openRegistry: OpenRegistry;
  readonly verifySignature: VerifySignature;
}

/** Reconciles OCIRepository: verifies what its reference names and keeps it as an artifact. */
export function ociRepositoryController(options: OciRepositoryOptions): FluxController<OciRepository> {
  return fluxController<OciRepository>({
    type: ociRepositories,
    component: "source-controller",
    fieldManager: "source-controller",
    concurrency: 16,
    inputs: async () => undefined,
    isCurrent: async ({ object, cluster }) => {
      const artifact = object.status?.artifact;
      return artifact !== undefined && options.store.exists(cluster, artifact);
    },
    reconcile: (session) => reconcile(session, options),
    finalize: async (session) => {
      await options.store.collect(ociArtifactOwner(session), undefined);
      return true;
    },
  });
}

async function reconcile(session: Session<OciRepository>, options: OciRepositoryOptions): Promise<Outcome> {
  const { object, draft } = session;
  const facts = await observeOciRepository(session, options);
  draft.fields.artifact = facts.artifact;
  if (object.spec.verify === undefined) draft.conditions.delete("SourceVerified");
  const action = decideOciRepository(object, facts);
  if (action.do === "fail") return failSource(session, action);
  if (action.verify && !(await verify(session, action.target, options))) {
    return { outcome: "retry", after: retryAfter(session), reason: "the signature wasn't verified" };
  }
  if (action.do === "keep") {
    succeedSource(draft.conditions, `stored artifact for digest '${action.target.revision}'`);
    return { outcome: "settled", after: intervalOf(object) };
  }
  try {
    const artifact = await pullArtifact(session, action.target, options);
    await store(session, options.store, artifact);
    return { outcome: "settled", after: intervalOf(object) };
  } catch (error) {
    if (session.signal.aborted || !isCatalystError(error) || error.code.startsWith("kubernetes-"))
      throw error;
    const layer = error.code.startsWith("archive-") || error.code === "oci-invalid";
    const reason = layer ? "OCIArtifactLayerOperationFailed" : "OCIArtifactPullFailed";
    const words = layer
      ? describeError(error)
      : `failed to pull artifact from '${object.spec.url}': ${describeError(error)}`;
    return failSource(session, { reason, message: words, lasting: false });
  }
}

async function verify(
  session: Session<OciRepository>,
  target: OciTarget,
  options: OciRepositoryOptions,
): Promise<boolean> {
  const { conditions } = session.draft;
  const problem = await verifyTarget(session, target, options.verifySignature);
  if (problem === undefined) {
    conditions.markTrue("SourceVerified", "Succeeded", `verified signature of revision ${target.revision}`);
    return true;
  }
  const { provider = "", secretRef } = session.object.spec.verify ?? {};
  const how = provider === "cosign" && secretRef === undefined ? `${provider} keyless` : provider;
  const message = `failed to verify the signature using provider '${how}': ${problem}`;
  conditions.markFalse("SourceVerified", "VerificationError", message);
  conditions.markReconciling("ProgressingWithRetry", `building artifact: new revision '${target.revision}'`);
  summarizeSource(conditions);
  await session.record({ type: "Warning", reason: "VerificationError", message });
  return false;
}

async function store(
  session: Session<OciRepository>,
  artifacts: ArtifactStore,
  artifact: Artifact,
): Promise<void> {
  const { draft, object } = session;
  draft.fields.artifact = artifact;
  draft.fields.observedIgnore = object.spec.ignore;
  draft.fields.observedLayerSelector = object.spec.layerSelector;
  await showArtifact(session, artifacts, {
    artifact,
    owner: ociArtifactOwner(session),
    stored: `stored artifact for digest '${artifact.revision}'`,
    news: `stored artifact with revision '${artifact.revision}' from '${object.spec.url}'`,
  });
}
