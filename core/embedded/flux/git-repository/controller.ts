import type { Artifact, GitRepository } from "@catalyst/ports/flux";
import { gitRepositories } from "@catalyst/ports/flux";
import type { ArtifactStore } from "../artifacts/index.ts";
import type { GitFetcher, GitRemote } from "../git/fetcher.ts";
import type { FluxWork } from "../jobs.ts";
import { type FluxController, fluxController } from "../reconcile/controller.ts";
import { intervalOf } from "../reconcile/interval.ts";
import type { Outcome, Session } from "../reconcile/session.ts";
import { failSource, showArtifact } from "../source/outcome.ts";
import { succeedSource } from "../source/summary.ts";
import { buildGitArtifact, gitArtifactOwner } from "./act.ts";
import { decideGitRepository } from "./decide.ts";
import { observeGitRepository } from "./observe.ts";

export interface GitRepositoryOptions {
  readonly fetcher: GitFetcher;
  readonly store: ArtifactStore;
  readonly work: FluxWork;
}

/** Reconciles GitRepository: keeps an artifact of the commit its reference names. */
export function gitRepositoryController(options: GitRepositoryOptions): FluxController<GitRepository> {
  return fluxController<GitRepository>({
    type: gitRepositories,
    component: "source-controller",
    fieldManager: "source-controller",
    inputs: async () => undefined,
    // The reference may have moved while nobody looked.
    isCurrent: async () => false,
    reconcile: (session) => reconcile(session, options),
    finalize: async (session) => {
      await options.store.collect(gitArtifactOwner(session), undefined);
      return true;
    },
  });
}

async function reconcile(session: Session<GitRepository>, options: GitRepositoryOptions): Promise<Outcome> {
  const { object, draft } = session;
  const facts = await observeGitRepository(session, options);
  draft.fields.artifact = facts.artifact;
  const action = decideGitRepository(object, facts);
  switch (action.do) {
    case "fail":
      return failSource(session, action);
    case "keep":
      succeedSource(draft.conditions, `stored artifact for revision '${action.revision}'`);
      return { outcome: "settled", after: intervalOf(object) };
    case "build": {
      const source = { remote: facts.remote as GitRemote, head: action.head, revision: action.revision };
      const built = await buildGitArtifact(session, options, source, facts.artifact);
      await store(session, options.store, built.artifact, built.commitMessage);
      return { outcome: "settled", after: intervalOf(object) };
    }
  }
}

async function store(
  session: Session<GitRepository>,
  artifacts: ArtifactStore,
  artifact: Artifact,
  commitMessage: string,
): Promise<void> {
  const { draft, object } = session;
  draft.fields.artifact = artifact;
  draft.fields.observedIgnore = object.spec.ignore;
  await showArtifact(session, artifacts, {
    artifact,
    owner: gitArtifactOwner(session),
    stored: `stored artifact for revision '${artifact.revision}'`,
    news: `stored artifact for commit '${shortMessage(commitMessage)}'`,
  });
}

/** The first line of a commit's message, at most 50 characters of it. */
function shortMessage(message: string): string {
  const characters = [...(message.split("\n")[0] ?? "")];
  return characters.length > 50 ? `${characters.slice(0, 50).join("")}...` : characters.join("");
}
