import { type Clock, rfc3339 } from "@catalyst/base/clock";
import { type CatalystEvent, type EventSpine, subjectOf } from "@catalyst/ports/events";
import type { Commit, GitHost, RepositoryRef } from "@catalyst/ports/git";
import {
  applicationsIn,
  type BranchPushed,
  type PushedCommit,
  type WrittenDocument,
} from "../state/change.ts";
import { eventTypes, type ScopeState } from "../state/state.ts";
import { undocumented } from "../view/intent.ts";

/** What a commit left of an Application; without a spec nothing. */
export type ReadDocument = Omit<WrittenDocument, "application" | "commit">;

export interface GitCollectorOptions {
  readonly git: GitHost;
  readonly spine: EventSpine;
  readonly clock: Clock;
  /** Reads Applications' documents at a commit; one that can't be understood is left out. */
  documents(
    repository: RepositoryRef,
    commit: string,
    applications: readonly string[],
  ): Promise<ReadonlyMap<string, ReadDocument>>;
}

/** Most commits of one repository taken in at once. */
const commitLimit = 1000;
const page = 50;

/**
 * Publishes the commits of a repository's `main` that aren't known yet, each Application's newest document before
 * them. Called when a push is reported, and once at start for what was missed; calling it twice publishes
 * nothing twice.
 */
export async function collectCommits(
  repository: RepositoryRef,
  scope: string,
  state: ScopeState,
  options: GitCollectorOptions,
): Promise<void> {
  const head = await options.git.resolve(repository, "main");
  if (head === undefined) return;
  const isKnown = (commit: string) => state.commits.has(commit);
  const news = isKnown(head) ? [] : await unknownCommits(repository, head, isKnown, options.git);
  const commits: PushedCommit[] = [];
  for (const commit of news) commits.push(await described(repository, commit, options.git));
  const touched = new Map([...undocumented(state)].map(({ application, commit }) => [application, commit]));
  for (const { id, paths } of commits.toReversed())
    for (const name of applicationsIn(paths)) touched.set(name, id);
  const documents = await options.documents(repository, head, [...touched.keys()]);
  const events = [...documents].map(([application, document]) =>
    eventOf(
      repository,
      scope,
      { application, commit: touched.get(application) ?? head, ...document },
      options,
    ),
  );
  if (commits.length > 0) events.push(pushedEvent(repository, scope, news, commits, options));
  if (events.length > 0) await options.spine.publishAll(events);
}

function eventOf(
  { owner, name }: RepositoryRef,
  scope: string,
  document: WrittenDocument,
  { clock }: GitCollectorOptions,
): { readonly subject: string; readonly event: CatalystEvent } {
  const { application, commit } = document;
  return {
    subject: subjectOf("ws", scope, "git", commit, application),
    event: {
      specversion: "1.0",
      id: `${owner}/${name}@${commit}:${application}`,
      source: `/git/${owner}/${name}`,
      type: eventTypes.documentWritten,
      time: rfc3339(clock.now()),
      environment: scope,
      commit,
      data: document,
    },
  };
}

function pushedEvent(
  { owner, name }: RepositoryRef,
  scope: string,
  news: readonly Commit[],
  commits: readonly PushedCommit[],
  { clock }: GitCollectorOptions,
): { readonly subject: string; readonly event: CatalystEvent } {
  const repository = `${owner}/${name}`;
  const head = news[0]?.id ?? "";
  const pusher = news[0]?.committer.name ?? "";
  const data: BranchPushed = { repository, branch: "main", pusher, commits };
  return {
    subject: subjectOf("ws", scope, "git", head),
    event: {
      specversion: "1.0",
      id: `${repository}@${head}`,
      source: `/git/${repository}`,
      type: eventTypes.branchPushed,
      time: rfc3339(clock.now()),
      environment: scope,
      commit: head,
      data,
    },
  };
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
