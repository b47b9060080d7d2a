import type { Application, ApplicationSpec } from "@catalyst/model/application";
import type { PushedCommit, WrittenDocument } from "../state/change.ts";
import { documentKey, type ScopeState } from "../state/state.ts";
import { commitsOfApplication, committedApplications } from "./commit.ts";

/** What Git says of an Application: the newest commit that touched it, and its document as that left it. */
export interface Intent {
  readonly commit: PushedCommit;
  readonly document: WrittenDocument;
}

/** What Git says of an Application; undefined when that isn't known. */
export function intentOf(state: ScopeState, application: string): Intent | undefined {
  const [commit] = commitsOfApplication(state, application);
  const document = commit && state.documents.get(documentKey(application, commit.id));
  return commit === undefined || document === undefined ? undefined : { commit, document };
}

/** The Applications that are in Git. */
export function* intendedApplications(state: ScopeState): Generator<string> {
  for (const name of committedApplications(state))
    if (intentOf(state, name)?.document.spec !== undefined) yield name;
}

/** Newest commits of Applications whose documents aren't known: they were projected before there were any. */
export function* undocumented(state: ScopeState): Generator<Pick<WrittenDocument, "application" | "commit">> {
  for (const application of committedApplications(state)) {
    const [commit] = commitsOfApplication(state, application);
    if (commit !== undefined && !state.documents.has(documentKey(application, commit.id)))
      yield { application, commit: commit.id };
  }
}

/** Tells whether the cluster's object says what Git says. */
export function isApplied({ document }: Intent, { spec }: Application): boolean {
  return document.spec !== undefined && saysTheSame(plain(document.spec), plain(spec));
}

/** The API server fills in this default. */
function plain(spec: ApplicationSpec): ApplicationSpec {
  return { ...spec, suspended: spec.suspended ?? false };
}

/** As JSON, with null for absent: the API server may drop either. */
function saysTheSame(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (a === undefined || a === null) return b === undefined || b === null;
  if (typeof a !== "object" || typeof b !== "object" || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const [left, right] = [a as Record<string, unknown>, b as Record<string, unknown>];
  return [...new Set([...Object.keys(left), ...Object.keys(right)])].every((key) =>
    saysTheSame(left[key], right[key]),
  );
}
