/** A repository's place on the host: `acme/acme-prod`. */
export interface RepositoryRef {
  readonly owner: string;
  readonly name: string;
}

/** Hex object id: SHA-1 here, SHA-256 where the repository says so. */
export type ObjectId = string;

export interface Signature {
  readonly name: string;
  readonly email: string;
}

export interface Commit {
  readonly id: ObjectId;
  readonly parents: readonly ObjectId[];
  readonly author: Signature & { readonly date: string };
  readonly committer: Signature & { readonly date: string };
  readonly message: string;
}

export interface Repository extends RepositoryRef {
  readonly defaultBranch: string;
  readonly empty: boolean;
  /** Where Git and Flux read and write it: `http(s)://…/<owner>/<name>.git`. */
  readonly cloneUrl: string;
}

export interface TreeFile {
  readonly path: string;
  readonly id: ObjectId;
  readonly mode: "100644" | "100755" | "120000" | "160000";
  /** Bytes; absent for submodules. */
  readonly size?: number | undefined;
}

/** One file of a commit: its whole new content, or `undefined` to delete it. */
export interface FileChange {
  readonly path: string;
  readonly content: Uint8Array | string | undefined;
}

export interface NewCommit {
  readonly branch: string;
  /** The head the change was made against; undefined for a branch that doesn't exist yet. */
  readonly expected: ObjectId | undefined;
  readonly author: Signature;
  readonly message: string;
  readonly changes: readonly FileChange[];
  /** The plan this commit carries out: the receiving side doesn't plan it a second time. */
  readonly plan?: string | undefined;
}

export interface Webhook {
  readonly url: string;
  readonly secret: string;
  readonly events: readonly ("push" | "pull_request")[];
}

export interface GitHostCapabilities {
  /** Pushes are judged before refs move; without it changes go by pull request only. */
  readonly receiveVerdict: boolean;
}

/**
 * A Git host: Gitea's REST endpoints and Git over smart HTTP, as Catalyst's own account.
 *
 * Errors: `git-repository-missing`, `git-ref-missing`, `git-conflict` (the branch isn't at `expected`;
 * `details` = `{expected, actual}`), `git-refused` (the host said no; `details.lines` holds its words),
 * `git-object-too-large`, `git-unavailable`. `ensure…` and `delete…` are idempotent.
 */
export interface GitHost {
  readonly capabilities: GitHostCapabilities;
  ensureOrganization(name: string, description: string): Promise<void>;
  deleteOrganization(name: string): Promise<void>;
  ensureRepository(
    repository: RepositoryRef,
    options?: { readonly description?: string },
  ): Promise<Repository>;
  deleteRepository(repository: RepositoryRef): Promise<void>;
  repository(repository: RepositoryRef): Promise<Repository | undefined>;
  repositories(owner: string): Promise<readonly Repository[]>;
  /** The commit a branch, tag or id names; undefined when there's none. */
  resolve(repository: RepositoryRef, ref: string): Promise<ObjectId | undefined>;
  commit(repository: RepositoryRef, id: ObjectId): Promise<Commit>;
  /** Newest first; `path` keeps only commits that touched it. */
  history(
    repository: RepositoryRef,
    options: { readonly ref: string; readonly path?: string; readonly limit: number; readonly skip?: number },
  ): Promise<readonly Commit[]>;
  /** Every file below `path` (default: the root) at a commit. */
  files(repository: RepositoryRef, ref: string, path?: string): Promise<readonly TreeFile[]>;
  readFile(repository: RepositoryRef, ref: string, path: string): Promise<Uint8Array | undefined>;
  readBlob(repository: RepositoryRef, id: ObjectId): Promise<Uint8Array>;
  /** Unified diff of one commit against its first parent, or between two commits. */
  diff(repository: RepositoryRef, from: ObjectId | undefined, to: ObjectId): Promise<string>;
  /**
   * Moves the branch from `expected` to a new commit, or throws `git-conflict` and changes nothing. Changes that
   * change nothing make no commit: the one at `expected` is given. Throws `git-path-invalid` besides.
   */
  write(repository: RepositoryRef, commit: NewCommit): Promise<Commit>;
  /** Makes one webhook so; matched by its URL. */
  ensureWebhook(repository: RepositoryRef, webhook: Webhook): Promise<void>;
}
