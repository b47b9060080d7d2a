import { describeError, isCatalystError } from "@catalyst/base/errors";
import type { Artifact, GitRepository } from "@catalyst/ports/flux";
import { secrets } from "@catalyst/ports/kubernetes";
import type { ArtifactStore } from "../artifacts/index.ts";
import type { GitFetcher, GitHead, GitRemote } from "../git/fetcher.ts";
import type { Session } from "../reconcile/session.ts";
import { credentialsOf } from "./credentials.ts";

/** What is known of a repository before anything is done about it. */
export interface GitFacts {
  readonly remote: GitRemote | undefined;
  readonly head: GitHead | undefined;
  /** The artifact of the status, when it can still be had, at the address it has now. */
  readonly artifact: Artifact | undefined;
  readonly failure:
    | { readonly reason: string; readonly message: string; readonly lasting: boolean }
    | undefined;
}

export interface GitObserver {
  readonly fetcher: GitFetcher;
  readonly store: ArtifactStore;
}

/** Reads the credentials, where the reference points now, and whether the artifact is still there. */
export async function observeGitRepository(
  session: Session<GitRepository>,
  observer: GitObserver,
): Promise<GitFacts> {
  const { object, cluster, signal } = session;
  const stored = object.status?.artifact;
  const artifact = stored === undefined ? undefined : await observer.store.present(cluster, stored);
  const none = { remote: undefined, head: undefined, artifact };
  const { url } = object.spec;
  if (!/^https?:\/\/\S+$/.test(url)) {
    const message = `failed to parse url '${url}': only http and https addresses are read here`;
    return { ...none, failure: { reason: "URLInvalid", message, lasting: true } };
  }
  const authentication = await authenticationOf(session);
  if ("failure" in authentication) return { ...none, failure: authentication.failure };
  const remote: GitRemote = { cluster, url, credentials: authentication.credentials };
  try {
    const head = await observer.fetcher.resolve(remote, object.spec.ref ?? {}, signal);
    const empty = { reason: "EmptyGitRepository", message: "git repository is empty", lasting: false };
    return { remote, head, artifact, failure: head === undefined ? empty : undefined };
  } catch (error) {
    if (signal.aborted || !isCatalystError(error)) throw error;
    const message = `failed to checkout and determine revision: unable to clone '${url}': ${describeError(error)}`;
    const reason = error.code === "git-denied" ? "AuthenticationFailed" : "GitOperationFailed";
    return { remote, head: undefined, artifact, failure: { reason, message, lasting: false } };
  }
}

async function authenticationOf(session: Session<GitRepository>) {
  const name = session.object.spec.secretRef?.name;
  if (name === undefined) return { credentials: undefined };
  const namespace = session.object.metadata.namespace ?? "";
  const secret = await session.client.find(secrets, { namespace, name });
  if (secret !== undefined) return { credentials: credentialsOf(secret) };
  const message = `failed to get secret '${namespace}/${name}': secrets "${name}" not found`;
  return { failure: { reason: "AuthenticationFailed", message, lasting: false } };
}
