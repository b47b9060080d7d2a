import { type Clock, rfc3339 } from "@catalyst/base/clock";
import { CatalystError } from "@catalyst/base/errors";
import type { Commit, GitHost, NewCommit, ObjectId, RepositoryRef, Signature } from "@catalyst/ports/git";
import type { Transport } from "@catalyst/ports/transport";
import { commitObject, type TreeItem, treeMode, treeObject } from "./objects.ts";
import { pushPack, refused } from "./push.ts";
import type { GiteaTreeEntry } from "./shapes.ts";
import { changeTree } from "./tree-change.ts";

export interface WriteContext {
  readonly host: GitHost;
  readonly transport: Transport;
  readonly account: Signature;
  readonly clock: Clock;
  readonly readTree: (id: ObjectId) => Promise<readonly GiteaTreeEntry[] | undefined>;
}

const zeroId = "0".repeat(40);

/** Builds a commit and pushes it, the branch moving by compare-and-swap; see GitHost.write. */
export async function writeCommit(
  context: WriteContext,
  repository: RepositoryRef,
  commit: NewCommit,
): Promise<Commit> {
  const { expected } = commit;
  const rootItems = expected === undefined ? [] : await baseItems(context, repository, commit, expected);
  const readTree = async (id: ObjectId | undefined) =>
    id === expected ? rootItems : id === undefined ? [] : toItems((await context.readTree(id)) ?? []);
  const changed = await changeTree(expected, commit.changes, readTree);
  // the tree of no files is an object like any other
  const tree = changed.id ?? treeObject([]).id;
  const objects = changed.id === undefined ? [...changed.objects, treeObject([])] : changed.objects;
  if (expected !== undefined && tree === treeObject(rootItems).id)
    return unchanged(context, repository, commit, expected);

  const seconds = Math.floor(context.clock.now() / 1000);
  const parents = expected === undefined ? [] : [expected];
  const message = commit.message.endsWith("\n") ? commit.message : `${commit.message}\n`;
  const { author } = commit;
  const made = commitObject({ tree, parents, author, committer: context.account, seconds, message });
  const update = { ref: `refs/heads/${commit.branch}`, before: expected ?? zeroId, after: made.id };
  const options = commit.plan === undefined ? [] : [`catalyst.plan=${commit.plan}`];
  const outcome = await pushPack(context.transport, repository, update, [made, ...objects], options);
  if (outcome.status === "denied") await checkRepository(context, repository);
  if (outcome.status !== "accepted") {
    await checkHead(context, repository, commit);
    throw refused(outcome.lines);
  }
  if (expected === undefined) await notEmpty(context, repository);
  const date = rfc3339(seconds * 1000);
  return {
    id: made.id,
    parents,
    author: { ...author, date },
    committer: { ...context.account, date },
    message,
  };
}

/** The entries of the tree a change starts from. */
async function baseItems(
  context: WriteContext,
  repository: RepositoryRef,
  commit: NewCommit,
  expected: ObjectId,
): Promise<readonly TreeItem[]> {
  const entries = await context.readTree(expected);
  if (entries !== undefined) return toItems(entries);
  await checkRepository(context, repository);
  await checkHead(context, repository, commit);
  throw new CatalystError("git-ref-missing", `there is no commit ${expected}`);
}

/** Gitea takes note of a repository's first push only after answering it, and reads nothing until then. */
async function notEmpty({ host, clock }: WriteContext, repository: RepositoryRef): Promise<void> {
  for (let wait = 10; wait < 5000; wait *= 2) {
    if ((await host.repository(repository))?.empty === false) return;
    await clock.sleep(wait);
  }
}

async function unchanged(
  context: WriteContext,
  repository: RepositoryRef,
  commit: NewCommit,
  expected: ObjectId,
): Promise<Commit> {
  await checkHead(context, repository, commit);
  return context.host.commit(repository, expected);
}

/** Throws `git-conflict` unless the branch is where the change expects it. */
async function checkHead(
  { host }: WriteContext,
  repository: RepositoryRef,
  commit: NewCommit,
): Promise<void> {
  const actual = await host.resolve(repository, `refs/heads/${commit.branch}`);
  if (actual === commit.expected) return;
  throw new CatalystError("git-conflict", `${commit.branch} has changed meanwhile`, {
    details: { expected: commit.expected, actual },
    hint: "Look at both changes and apply yours again.",
  });
}

async function checkRepository({ host }: WriteContext, repository: RepositoryRef): Promise<void> {
  if ((await host.repository(repository)) !== undefined) return;
  throw new CatalystError(
    "git-repository-missing",
    `there is no repository ${repository.owner}/${repository.name}`,
  );
}

function toItems(entries: readonly GiteaTreeEntry[]): TreeItem[] {
  return entries.map(({ path, mode, sha }) => ({
    name: path,
    mode: mode === "040000" ? treeMode : mode,
    id: sha,
  }));
}
