import type { Artifact, GitRepository } from "@catalyst/ports/flux";
import {
  type ArtifactOwner,
  type ArtifactStore,
  ignoreFileName,
  type SourceFile,
  sourceFilter,
} from "../artifacts/index.ts";
import type { GitFetcher, GitFile, GitHead, GitRemote } from "../git/fetcher.ts";
import type { FluxWork } from "../jobs.ts";
import type { Session } from "../reconcile/session.ts";

export interface BuiltArtifact {
  readonly artifact: Artifact;
  readonly commitMessage: string;
}

/** The owner a repository's artifacts are stored under. */
export function gitArtifactOwner(session: Session<GitRepository>): ArtifactOwner {
  const { namespace = "", name } = session.object.metadata;
  return { cluster: session.cluster, kind: "gitrepository", namespace, name };
}

/** Stores the commit's files as an artifact; contents that the artifact before had aren't read again. */
export async function buildGitArtifact(
  session: Session<GitRepository>,
  parts: { readonly fetcher: GitFetcher; readonly store: ArtifactStore; readonly work: FluxWork },
  source: { readonly remote: GitRemote; readonly head: GitHead; readonly revision: string },
  previous: Artifact | undefined,
): Promise<BuiltArtifact> {
  const { remote, head, revision } = source;
  const { message, files } = await parts.fetcher.snapshot(remote, head, session.signal);
  const known = new Map<string, Uint8Array>();
  if (previous !== undefined) {
    for (const file of await parts.store.files(session.cluster, previous))
      known.set(file.identity, file.bytes);
  }
  const read = async (wanted: readonly GitFile[]) => {
    const missing = [...new Set(wanted.map((file) => file.id))].filter((id) => !known.has(id));
    for (const [id, bytes] of await parts.fetcher.blobs(remote, missing, session.signal))
      known.set(id, bytes);
  };
  const ignoreFiles = files.filter((file) => file.path.split("/").at(-1) === ignoreFileName);
  await read(ignoreFiles);
  const text = (file: GitFile) => new TextDecoder().decode(known.get(file.id));
  const belongs = sourceFilter(
    new Map(ignoreFiles.map((file) => [file.path, text(file)])),
    session.object.spec.ignore,
  );
  const wanted = files.filter((file) => belongs(file.path));
  await read(wanted);
  const content = wanted.map(
    (file): SourceFile => ({
      path: file.path,
      identity: file.id,
      executable: file.executable,
      bytes: known.get(file.id) as Uint8Array,
    }),
  );
  const artifact = await parts.store.put(gitArtifactOwner(session), {
    revision,
    fileName: `${head.commit}.tar.gz`,
    bytes: await parts.work.packFiles(content, session.signal),
    files: content,
  });
  return { artifact, commitMessage: message };
}
