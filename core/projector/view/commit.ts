import type { CommitView } from "@catalyst/model/view";
import { applicationsIn, type PushedCommit } from "../state/change.ts";
import type { ScopeState } from "../state/state.ts";

interface History {
  readonly size: number;
  readonly all: readonly PushedCommit[];
  readonly byApplication: ReadonlyMap<string, readonly PushedCommit[]>;
}

/** Commits are only ever added, so their number tells whether a history is current. */
const histories = new WeakMap<ScopeState, History>();

/** The commits of `main`, newest first. */
export function commitsOf(state: ScopeState): readonly PushedCommit[] {
  return history(state).all;
}

/** The commits that touched an Application, newest first. */
export function commitsOfApplication(state: ScopeState, name: string): readonly PushedCommit[] {
  return history(state).byApplication.get(name) ?? [];
}

/** The Applications that commits touched, whether they still are or not. */
export function committedApplications(state: ScopeState): Iterable<string> {
  return history(state).byApplication.keys();
}

function history(state: ScopeState): History {
  const known = histories.get(state);
  if (known?.size === state.commits.size) return known;
  const all = [...newestFirst(state)];
  const byApplication = new Map<string, PushedCommit[]>();
  for (const commit of all) {
    for (const name of applicationsIn(commit.paths))
      byApplication.set(name, [...(byApplication.get(name) ?? []), commit]);
  }
  const made = { size: state.commits.size, all, byApplication };
  histories.set(state, made);
  return made;
}

/** By descent, so that clocks of several machines don't matter; what descends from nothing known, by date. */
function* newestFirst({ commits }: ScopeState): Generator<PushedCommit> {
  const parents = new Set([...commits.values()].map((commit) => commit.parent));
  const heads = [...commits.values()]
    .filter((commit) => !parents.has(commit.id))
    .sort((a, b) => (a.date < b.date ? 1 : -1));
  const seen = new Set<string>();
  for (const head of heads) {
    for (
      let at: PushedCommit | undefined = head;
      at !== undefined && !seen.has(at.id);
      at = commits.get(at.parent ?? "")
    ) {
      seen.add(at.id);
      yield at;
    }
  }
}

/** A commit as screens show it. */
export function commitView(commit: PushedCommit): CommitView {
  const { id, message, author, email, date } = commit;
  return { id, message: message.trimEnd(), author, email, date };
}
