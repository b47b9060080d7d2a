import { type Clock, rfc3339 } from "@catalyst/base/clock";
import { type CatalystEvent, type EventSpine, subjectOf } from "@catalyst/ports/events";
import type { Commit, GitHost, RepositoryRef } from "@catalyst/ports/git";
import type { BranchPushed, PushedCommit } from "../state/change.ts";
import { eventTypes } from "../state/state.ts";

export interface GitCollectorOptions {
  readonly git: GitHost;
  readonly spine: EventSpine;
  readonly clock: Clock;
}

/** Most commits of one repository taken in at once. */
const commitLimit = 1000;
const page = 50;

/**
 * Publishes the commits of a repository's `main` that aren't known yet. Called when a push is reported, and
 * once at start for what was missed; calling it twice publishes nothing twice.
 */
export async function collectCommits(
  repository: RepositoryRef,
  scope: string,
  isKnown: (commit: string) => boolean,
  options: GitCollectorOptions,
): Promise<number> {
  const head = await options.git.resolve(repository, "main");
  if (head === undefined || isKnown(head)) return 0;
  const news = await unknownCommits(repository, head, isKnown, options.git);
  const commits: PushedCommit[] = [];
  for (const commit of news) commits.push(await described(repository, commit, options.git));
  const pusher = news[0]?.committer.name ?? "";
  const data: BranchPushed = {
    repository: `${repository.owner}/${repository.name}`,
    branch: "main",
    pusher,
    commits,
  };
  const event: CatalystEvent<BranchPushed> = {
    specversion: "1.0",
    id: `${data.repository}@${head}`,
    source: `/git/${data.repository}`,
    type: eventTypes.branchPushed,
    time: rfc3339(options.clock.now()),
    environment: scope,
    commit: head,
    data,
  };
  await options.spine.publish(subjectOf("ws", scope, "git", head), event);
  return commits.length;
}

async function unknownCommits(
  repository: RepositoryRef,
  head: string,
  isKnown: (commit: string) => boolean,
  git: GitHost,
): Promise<Commit[]> {
  const found: Commit[] = [];
  while (found.length < commitLimit) {
    const commits = await git.history(repository, { ref: head, limit: page, skip: found.length });
    for (const commit of commits) {
      if (isKnown(commit.id)) return found;
      found.push(commit);
    }
    if (commits.length < page) return found;
  }
  return found;
}

async function described(repository: RepositoryRef, commit: Commit, git: GitHost): Promise<PushedCommit> {
  const [parent] = commit.parents;
  const diff = await git.diff(repository, parent, commit.id);
  const { name, email, date } = commit.author;
  return {
    id: commit.id,
    ...(parent === undefined ? {} : { parent }),
    message: commit.message,
    author: name,
    email,
    date,
    paths: changedPaths(diff),
  };
}

/** The paths a unified diff names, renames by both names. */
export function changedPaths(diff: string): readonly string[] {
  const paths = new Set<string>();
  for (const line of diff.split("\n")) {
    const [, from, to] = /^diff --git "?a\/(.*?)"? "?b\/(.*?)"?$/.exec(line) ?? [];
    if (from !== undefined) paths.add(from);
    if (to !== undefined) paths.add(to);
  }
  return [...paths];
}
