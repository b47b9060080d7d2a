import { CatalystError } from "@catalyst/base/errors";
import type { GitHost, RepositoryRef } from "@catalyst/ports/git";
import {
  defaultBranch,
  type GitFetcher,
  type GitHead,
  type GitReference,
  type GitRemote,
} from "./fetcher.ts";

export interface HostFetcherOptions {
  readonly host: GitHost;
  /** The repository of the host that a URL names; undefined for a repository elsewhere. */
  repositoryOf(url: string): RepositoryRef | undefined;
  /**
   * Decides whether a source's credentials may read a repository. The host is read as Catalyst's own account, so
   * this alone keeps one cluster's sources out of another's repositories.
   */
  mayRead(remote: GitRemote, repository: RepositoryRef): Promise<boolean>;
  /** For everything that isn't in this host. */
  readonly elsewhere: GitFetcher;
}

/** Reads the repositories of a Git host in this process without Git's protocol, and others through `elsewhere`. */
export function hostGitFetcher(options: HostFetcherOptions): GitFetcher {
  const { host, elsewhere } = options;
  const open = async (remote: GitRemote): Promise<RepositoryRef | undefined> => {
    const repository = options.repositoryOf(remote.url);
    if (repository === undefined) return undefined;
    if (!(await options.mayRead(remote, repository))) {
      throw new CatalystError("git-denied", `authentication required for '${remote.url}'`);
    }
    return repository;
  };
  return {
    async resolve(remote, reference, signal) {
      const repository = await open(remote);
      if (repository === undefined || reference.semver !== undefined) {
        return elsewhere.resolve(remote, reference, signal);
      }
      return resolveInHost(host, repository, reference);
    },
    async snapshot(remote, head, signal) {
      const repository = await open(remote);
      if (repository === undefined) return elsewhere.snapshot(remote, head, signal);
      const [commit, files] = await Promise.all([
        host.commit(repository, head.commit),
        host.files(repository, head.commit),
      ]);
      const regular = files.filter((file) => file.mode === "100644" || file.mode === "100755");
      return {
        message: commit.message,
        files: regular.map(({ path, id, mode }) => ({ path, id, executable: mode === "100755" })),
      };
    },
    async blobs(remote, ids, signal) {
      const repository = await open(remote);
      if (repository === undefined) return elsewhere.blobs(remote, ids, signal);
      return new Map(
        await Promise.all(ids.map(async (id) => [id, await host.readBlob(repository, id)] as const)),
      );
    },
  };
}

async function resolveInHost(
  host: GitHost,
  repository: RepositoryRef,
  reference: GitReference,
): Promise<GitHead | undefined> {
  const ref = refNameOf(reference);
  if (ref === undefined) return { commit: reference.commit as string, ref: branchRef(reference) };
  const commit = await host.resolve(repository, ref);
  if (commit !== undefined) return { commit, ref };
  const known = await host.repository(repository);
  if (known?.empty === true) return undefined;
  throw new CatalystError("git-ref-missing", `couldn't find remote ref "${ref}"`);
}

/** The full name of the ref a reference names; undefined when it names a commit. */
export function refNameOf(reference: GitReference): string | undefined {
  if (reference.name !== undefined) return reference.name;
  if (reference.commit !== undefined) return undefined;
  if (reference.tag !== undefined) return `refs/tags/${reference.tag}`;
  return `refs/heads/${reference.branch ?? defaultBranch}`;
}

/** The branch beside a commit, which shows in its revision. */
export function branchRef(reference: GitReference): string | undefined {
  return reference.branch === undefined ? undefined : `refs/heads/${reference.branch}`;
}
