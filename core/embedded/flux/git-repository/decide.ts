import type { GitRepository } from "@catalyst/ports/flux";
import type { GitHead } from "../git/fetcher.ts";
import type { GitFacts } from "./observe.ts";

export type GitAction =
  /** The source can't be read; `lasting`: only a change of the object helps. */
  | { readonly do: "fail"; readonly reason: string; readonly message: string; readonly lasting: boolean }
  /** The artifact is what the reference names. */
  | { readonly do: "keep"; readonly revision: string }
  | { readonly do: "build"; readonly head: GitHead; readonly revision: string };

/** Decides what to do about a repository. */
export function decideGitRepository(object: GitRepository, facts: GitFacts): GitAction {
  if (facts.failure !== undefined) return { do: "fail", ...facts.failure };
  const head = facts.head as GitHead;
  const revision = revisionOf(object, head);
  const sameContent =
    facts.artifact?.revision === revision && object.spec.ignore === object.status?.observedIgnore;
  return sameContent ? { do: "keep", revision } : { do: "build", head, revision };
}

/** The revision as Flux writes it: `main@sha1:<commit>`, with the ref's full name when the spec gives one. */
export function revisionOf(object: GitRepository, head: GitHead): string {
  const algorithm = head.commit.length === 64 ? "sha256" : "sha1";
  const commit = `${algorithm}:${head.commit}`;
  if (head.ref === undefined) return commit;
  if (object.spec.ref?.name !== undefined) return `${head.ref}@${commit}`;
  return `${head.ref.replace(/^refs\/(?:heads|tags)\//, "")}@${commit}`;
}
