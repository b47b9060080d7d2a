import type { Artifact, FluxStatus } from "@catalyst/ports/flux";
import type { ArtifactOwner, ArtifactStore } from "../artifacts/index.ts";
import { intervalOf } from "../reconcile/interval.ts";
import type { FluxObject, Outcome, Session } from "../reconcile/session.ts";
import { failFetch, succeedSource } from "./summary.ts";

/** A source that can't be read is looked at again after this long at most, in milliseconds. */
const retryLimit = 30_000;

/** Why a source has no new artifact. */
export interface SourceProblem {
  readonly reason: string;
  readonly message: string;
  /** Trying again won't help: a person must act. */
  readonly lasting: boolean;
}

/** When a source that can't be read is looked at again: soon, and never later than its interval says. */
export function retryAfter(session: Session<FluxObject>): number {
  return Math.min(intervalOf(session.object), retryLimit);
}

/** Ends a reconcile that could not read its source. */
export async function failSource<T extends FluxObject>(
  session: Session<T>,
  { reason, message, lasting }: SourceProblem,
): Promise<Outcome> {
  const { conditions } = session.draft;
  failFetch(conditions, reason, message);
  await session.record({ type: "Warning", reason, message });
  if (!lasting) return { outcome: "retry", after: retryAfter(session), reason: message };
  conditions.markStalled(reason, message);
  return { outcome: "stalled", reason: message };
}

export interface StoredSource {
  readonly artifact: Artifact;
  readonly owner: ArtifactOwner;
  /** Of the condition. */
  readonly stored: string;
  /** Of the event, where the artifact is new. */
  readonly news: string;
}

/** Shows a stored artifact, tells of it when it is new, and clears those before away. */
export async function showArtifact<T extends FluxObject & { readonly status?: SourceStatus }>(
  session: Session<T>,
  artifacts: ArtifactStore,
  { artifact, owner, stored, news }: StoredSource,
): Promise<void> {
  const { draft, object } = session;
  const isNew = object.status?.artifact?.digest !== artifact.digest;
  succeedSource(draft.conditions, stored);
  draft.observeGeneration();
  // Whoever waits for the artifact wakes by this write.
  await draft.save();
  if (isNew) {
    await session.record({
      type: "Normal",
      reason: "NewArtifact",
      message: news,
      annotations: {
        "source.toolkit.fluxcd.io/revision": artifact.revision,
        "source.toolkit.fluxcd.io/digest": artifact.digest ?? "",
      },
    });
  }
  await artifacts.collect(owner, artifact);
}

type SourceStatus = FluxStatus & { readonly artifact?: Artifact };
