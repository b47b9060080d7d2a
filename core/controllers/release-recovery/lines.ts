import { rfc3339 } from "@catalyst/base/clock";
import { unreachable } from "@catalyst/base/errors";
import type { HelmRelease } from "@catalyst/ports/flux";
import type { CorrectReady, LeaveAlone, ToggleSuspend } from "./decide.ts";
import { recoveryName } from "./settings.ts";

/** What a run tells of: one line each. */
export type RecoveryEntry =
  | {
      readonly entry: "detected";
      readonly release: HelmRelease;
      readonly decision: ToggleSuspend | CorrectReady;
    }
  | {
      readonly entry: "corrected" | "would-correct";
      readonly release: HelmRelease;
      readonly decision: ToggleSuspend | CorrectReady;
    }
  | {
      readonly entry: "skipped";
      readonly release: HelmRelease;
      readonly reason: LeaveAlone["reason"] | "changed-under-our-hands";
      readonly message: string;
    }
  | {
      readonly entry: "failed";
      readonly release: HelmRelease;
      readonly decision: ToggleSuspend | CorrectReady;
      readonly message: string;
      readonly missingRule?: string;
    }
  /** An eleventh candidate: `release` is the first that isn't acted on. */
  | {
      readonly entry: "halted";
      readonly release: HelmRelease;
      readonly limit: number;
      readonly candidates: number;
    }
  | { readonly entry: "event-failed"; readonly release: HelmRelease; readonly message: string };

/** What a run came to. */
export interface RunSummary {
  /** HelmReleases looked at. */
  readonly releases: number;
  readonly detected: number;
  readonly corrected: number;
  readonly skipped: number;
  readonly failed: number;
  /** More were stuck than one run acts on. */
  readonly halted: boolean;
}

/** The letter by which people speak of an action. */
export function branchOf({ action }: ToggleSuspend | CorrectReady): "A" | "B" {
  return action === "toggle-suspend" ? "A" : "B";
}

/** Prints an entry on one line that grep finds by its second word. */
export function recoveryLine(entry: RecoveryEntry): string {
  const { namespace = "", name } = entry.release.metadata;
  return `${recoveryName} ${entry.entry} ${namespace}/${name} ${rest(entry)}`;
}

/** The same for machines. */
export function recoveryFields(entry: RecoveryEntry): Readonly<Record<string, unknown>> {
  const { release, ...fields } = entry;
  const { namespace = "", name } = release.metadata;
  if (!("decision" in fields)) return { namespace, name, ...fields };
  const { decision, ...words } = fields;
  const { action, step, since } = decision;
  return { namespace, name, ...words, branch: branchOf(decision), action, step, since: rfc3339(since) };
}

/** Prints what a run came to. */
export function summaryLine({ releases, detected, corrected, skipped, failed, halted }: RunSummary): string {
  return `${recoveryName} done releases=${releases} detected=${detected} corrected=${corrected} skipped=${skipped} failed=${failed} halted=${halted}`;
}

function rest(entry: RecoveryEntry): string {
  switch (entry.entry) {
    case "detected":
    case "corrected":
    case "would-correct":
      return about(entry.decision);
    case "skipped":
      return `reason=${entry.reason}: ${entry.message}`;
    case "failed": {
      const rule = entry.missingRule === undefined ? "" : ` (missing RBAC rule: ${entry.missingRule})`;
      return `${about(entry.decision)}: ${entry.message}${rule}`;
    }
    case "halted":
      return `candidates=${entry.candidates} limit=${entry.limit}: no more than ${entry.limit} releases are acted on in one run; so many stuck at once have a cause that a person must find`;
    case "event-failed":
      return entry.message;
    default:
      return unreachable(entry);
  }
}

function about(decision: ToggleSuspend | CorrectReady): string {
  const since = `since=${rfc3339(decision.since)}`;
  return `branch=${branchOf(decision)} action=${decision.action} step=${decision.step} ${since}`;
}
