import type { Commit, Repository } from "@catalyst/ports/git";

/** The fields read of Gitea's answers (its swagger, 1.26). */
export interface GiteaRepository {
  readonly name: string;
  readonly owner: { readonly login: string };
  readonly default_branch: string;
  readonly empty: boolean;
  readonly clone_url: string;
}

interface GiteaSignature {
  readonly name: string;
  readonly email: string;
  readonly date: string;
}

export interface GiteaCommit {
  readonly sha: string;
  readonly commit: {
    readonly message: string;
    readonly author: GiteaSignature;
    readonly committer: GiteaSignature;
  };
  readonly parents: readonly { readonly sha: string }[];
}

export interface GiteaTree {
  readonly tree: readonly GiteaTreeEntry[] | null;
  readonly truncated: boolean;
}

export interface GiteaTreeEntry {
  readonly path: string;
  readonly mode: string;
  readonly type: "blob" | "tree" | "commit";
  readonly size: number;
  readonly sha: string;
}

export interface GiteaHook {
  readonly id: number;
  readonly config: Readonly<Record<string, string>>;
}

export function toRepository(found: GiteaRepository): Repository {
  return {
    owner: found.owner.login,
    name: found.name,
    defaultBranch: found.default_branch,
    empty: found.empty,
    cloneUrl: found.clone_url,
  };
}

export function toCommit(found: GiteaCommit): Commit {
  const { message, author, committer } = found.commit;
  return { id: found.sha, parents: found.parents.map(({ sha }) => sha), author, committer, message };
}
