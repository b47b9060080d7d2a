import { mkdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { sha256Hex } from "@catalyst/base/digest";
import { CatalystError } from "@catalyst/base/errors";
import { highestVersion } from "../version/highest.ts";
import type { GitFetcher, GitFile, GitHead, GitReference, GitRemote, GitSnapshot } from "./fetcher.ts";
import { runGit } from "./git-program.ts";
import { branchRef, refNameOf } from "./host-fetcher.ts";

/**
 * Reads repositories by git's own program over HTTP. Each is mirrored below `folder`, one commit deep, so a
 * fetch brings only what changed.
 */
export function programGitFetcher(options: { readonly folder: string }): GitFetcher {
  const mirrors = new Map<string, Promise<string>>();
  const mirror = (remote: GitRemote): Promise<string> => {
    // By cluster too: what one fetched with its credentials is no other's to read.
    const name = sha256Hex(`${remote.cluster}\0${remote.url}`).slice(0, 32);
    const made = mirrors.get(name) ?? makeMirror(join(options.folder, name));
    mirrors.set(name, made);
    made.catch(() => mirrors.delete(name));
    return made;
  };
  return {
    resolve: async (remote, reference, signal) => {
      const directory = await mirror(checked(remote));
      return resolve(directory, remote, reference, signal);
    },
    snapshot: async (remote, head, signal) => {
      const directory = await mirror(checked(remote));
      await fetchCommit(directory, remote, head, signal);
      return snapshot(directory, head, signal);
    },
    blobs: async (remote, ids, signal) => readBlobs(await mirror(remote), ids, signal),
  };
}

function checked(remote: GitRemote): GitRemote {
  if (/^https?:\/\/[^\s-][^\s]*$/.test(remote.url)) return remote;
  throw new CatalystError("git-url-refused", `'${remote.url}' is not an http or https address`);
}

async function makeMirror(directory: string): Promise<string> {
  const exists = await stat(join(directory, "HEAD")).catch(() => undefined);
  if (exists === undefined) {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    await runGit(["init", "--quiet", "--bare", "."], { directory });
  }
  return directory;
}

async function resolve(
  directory: string,
  remote: GitRemote,
  reference: GitReference,
  signal: AbortSignal,
): Promise<GitHead | undefined> {
  const wanted = refNameOf(reference);
  if (wanted === undefined) return { commit: objectId(reference.commit), ref: branchRef(reference) };
  const all = await listRemote(directory, remote, signal);
  if (all.size === 0) return undefined;
  const ref =
    reference.semver === undefined || reference.name !== undefined
      ? wanted
      : highestTag(all, reference.semver);
  // A tag object is peeled to the commit it names.
  const commit = all.get(`${ref}^{}`) ?? all.get(ref);
  if (commit === undefined) throw new CatalystError("git-ref-missing", `couldn't find remote ref "${ref}"`);
  return { commit, ref };
}

function objectId(text: string | undefined): string {
  if (text !== undefined && /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/.test(text)) return text;
  throw new CatalystError("git-ref-missing", `'${text ?? ""}' is not a commit's id`);
}

async function listRemote(
  directory: string,
  remote: GitRemote,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const { credentials } = remote;
  const output = await runGit(["ls-remote", "--", remote.url], { directory, credentials, signal });
  const lines = output
    .toString()
    .split("\n")
    .filter((line) => line.includes("\t"));
  return new Map(lines.map((line) => line.split("\t").reverse() as [string, string]));
}

function highestTag(refs: ReadonlyMap<string, string>, range: string): string {
  const prefix = "refs/tags/";
  const tags = [...refs.keys()].filter((ref) => ref.startsWith(prefix) && !ref.endsWith("^{}"));
  const found = highestVersion(
    tags.map((ref) => ref.slice(prefix.length)),
    range,
  );
  if (found !== undefined) return prefix + found;
  throw new CatalystError("git-ref-missing", `no match found for semver: ${range}`);
}

async function fetchCommit(
  directory: string,
  remote: GitRemote,
  head: GitHead,
  signal: AbortSignal,
): Promise<void> {
  const { credentials } = remote;
  const has = await hasObject(directory, head.commit);
  if (has) return;
  const fetch = (what: string) =>
    runGit(["fetch", "--quiet", "--depth=1", "--no-tags", "--", remote.url, what], {
      directory,
      credentials,
      signal,
    });
  // By the ref first: not every server gives a bare commit.
  if (head.ref !== undefined) await fetch(head.ref);
  if (!(await hasObject(directory, head.commit))) await fetch(head.commit);
}

async function hasObject(directory: string, id: string): Promise<boolean> {
  return runGit(["cat-file", "-e", `${id}^{tree}`], { directory }).then(
    () => true,
    () => false,
  );
}

async function snapshot(directory: string, head: GitHead, signal: AbortSignal): Promise<GitSnapshot> {
  const [tree, message] = await Promise.all([
    runGit(["ls-tree", "-r", "-z", "--full-tree", head.commit], { directory, signal }),
    runGit(["log", "-1", "--no-show-signature", "--format=%B", head.commit], { directory, signal }),
  ]);
  const files = tree
    .toString()
    .split("\0")
    .flatMap((line): GitFile[] => {
      const [facts = "", path] = line.split("\t");
      const [mode, , id] = facts.split(" ");
      if (path === undefined || id === undefined || (mode !== "100644" && mode !== "100755")) return [];
      return [{ path, id, executable: mode === "100755" }];
    });
  return { message: message.toString(), files };
}

async function readBlobs(
  directory: string,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const blobs = new Map<string, Uint8Array>();
  if (ids.length === 0) return blobs;
  const output = await runGit(["cat-file", "--batch"], { directory, signal, input: `${ids.join("\n")}\n` });
  let at = 0;
  for (const id of ids) {
    const end = output.indexOf(0x0a, at);
    const [, type, size] = output.subarray(at, end).toString().split(" ");
    if (type !== "blob") throw new CatalystError("git-failed", `object ${id} is missing`);
    at = end + 1 + Number(size);
    blobs.set(id, output.subarray(end + 1, at));
    at += 1;
  }
  return blobs;
}
