import type { ClusterName } from "@catalyst/ports/kubernetes";

/** What of a repository is wanted; the first that is set counts: name, commit, semver, tag, branch. */
export interface GitReference {
  readonly branch?: string | undefined;
  readonly tag?: string | undefined;
  readonly semver?: string | undefined;
  readonly name?: string | undefined;
  readonly commit?: string | undefined;
}

export interface GitCredentials {
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  readonly bearerToken?: string | undefined;
  /** Certificates that the server's may be signed by, PEM. */
  readonly certificateAuthority?: string | undefined;
}

/** A repository as a source names it. */
export interface GitRemote {
  /** Whose source asks: what a cluster may read is decided by its credentials alone. */
  readonly cluster: ClusterName;
  readonly url: string;
  readonly credentials?: GitCredentials | undefined;
}

export interface GitHead {
  readonly commit: string;
  /** The full name of the ref it was found by; undefined for a bare commit. */
  readonly ref: string | undefined;
}

export interface GitFile {
  readonly path: string;
  /** The blob's id: equal for equal content. */
  readonly id: string;
  readonly executable: boolean;
}

export interface GitSnapshot {
  /** The commit's message. */
  readonly message: string;
  /** Regular files; links and submodules aren't among them (security case 2). */
  readonly files: readonly GitFile[];
}

/**
 * Reads repositories for GitRepository sources. Work is proportional to what changed: `snapshot` lists names and
 * ids, `blobs` reads only the contents asked for.
 *
 * Errors: `git-ref-missing`, `git-denied`, `git-unreachable`, `git-failed`; no message holds a credential.
 */
export interface GitFetcher {
  /** The commit a reference names now; undefined for an empty repository. */
  resolve(remote: GitRemote, reference: GitReference, signal: AbortSignal): Promise<GitHead | undefined>;
  snapshot(remote: GitRemote, head: GitHead, signal: AbortSignal): Promise<GitSnapshot>;
  blobs(
    remote: GitRemote,
    ids: readonly string[],
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, Uint8Array>>;
}

/** The branch Flux takes when a source names nothing. */
export const defaultBranch = "master";
