import { formatDuration } from "@catalyst/base/duration";
import type { HelmRelease } from "@catalyst/ports/flux";
import type { KubeObject } from "@catalyst/ports/kubernetes";
import { type Mark, type ReleaseFacts, releaseFacts, storedFacts } from "./facts.ts";
import { correctedAtAnnotation, type RecoverySettings } from "./settings.ts";

/** Why a release is left alone. */
export type LeaveReason =
  /** Flux says what it thinks of it, or hasn't begun: nothing is lost. */
  | "not-unknown"
  | "being-deleted"
  | "suspended"
  | "malformed"
  | "clock-ahead"
  | "already-corrected"
  | "younger-than-threshold"
  /** Helm may still be working on it. */
  | "within-timeout"
  /** A run that has begun with it may still be alive. */
  | "run-under-way"
  /** What Helm finished isn't what is asked for by now. */
  | "changed-since"
  /** Unknown for another reason than those that recovery knows. */
  | "not-recoverable";

export interface LeaveAlone {
  readonly action: "leave-alone";
  readonly reason: LeaveReason;
  /** For people: one line. */
  readonly message: string;
  /** Milliseconds until time alone may change the decision; absent where only a change of the release does. */
  readonly recheckAfter?: number;
}

/** Branch A: Flux is made to look at an install that nobody works on. */
export interface ToggleSuspend {
  readonly action: "toggle-suspend";
  /** `resume` and `unmark` finish what a killed run began; `unmark` takes away its mark alone. */
  readonly step: "suspend" | "resume" | "unmark";
  /** Since when it is stuck, in milliseconds since the epoch. */
  readonly since: number;
}

/** Branch B: Ready says what Helm has done. */
export interface CorrectReady {
  readonly action: "correct-ready";
  /** All but `begin` finish what a killed run began: writing Ready, taking all marks back, or the one of progress. */
  readonly step: "begin" | "finish" | "take-back" | "unmark";
  readonly since: number;
}

export type RecoveryDecision = LeaveAlone | ToggleSuspend | CorrectReady;

/**
 * Decides what is to be done about a release. `stored` is the metadata of Helm's newest Secret of it, undefined where
 * there is none; `now` in milliseconds since the epoch. Pure.
 */
export function decide(
  release: HelmRelease,
  stored: KubeObject | undefined,
  now: number,
  settings: RecoverySettings,
): RecoveryDecision {
  return decideWithoutSecret(release, now, settings) ?? decideBySecret(release, stored, now, settings);
}

/** Decides as far as Helm's Secrets don't matter; undefined: they do. */
export function decideWithoutSecret(
  release: HelmRelease,
  now: number,
  settings: RecoverySettings,
): RecoveryDecision | undefined {
  const facts = releaseFacts(release);
  if ("malformed" in facts) return leave("malformed", facts.malformed);
  for (const check of checks) {
    const decision = check(facts, now, settings);
    if (decision !== undefined) return decision;
  }
  return undefined;
}

type Check = (facts: ReleaseFacts, now: number, settings: RecoverySettings) => RecoveryDecision | undefined;

/** In this order: what nothing is lost of, what must never be touched, what a killed run left, what is too early. */
const checks: readonly Check[] = [
  ({ ready, mark }) =>
    mark === undefined && ready?.status !== "Unknown"
      ? leave("not-unknown", "its Ready isn't Unknown")
      : undefined,
  ({ deleting }) => (deleting ? leave("being-deleted", "it is being deleted") : undefined),
  ({ suspended, mark }) =>
    suspended && mark?.action !== "toggle-suspend"
      ? leave("suspended", "a person or a commit suspended it")
      : undefined,
  unfinished,
  fromTheFuture,
  ({ isCorrected }) =>
    isCorrected
      ? leave("already-corrected", `it was corrected before (annotation ${correctedAtAnnotation})`)
      : undefined,
  (facts, now, { threshold }) => tooYoung(unknownSince(facts), now, threshold, "Ready is Unknown"),
];

/** What a run began and didn't finish: it finishes within seconds or never. */
function unfinished(
  facts: ReleaseFacts,
  now: number,
  { abandonedAfter }: RecoverySettings,
): RecoveryDecision | undefined {
  const { mark } = facts;
  if (mark === undefined) return undefined;
  const left = mark.at + abandonedAfter - now;
  if (left >= 0) return leave("run-under-way", `a run began to ${words[mark.action]} it just now`, left + 1);
  switch (mark.action) {
    case "toggle-suspend": {
      const resumes = facts.suspended && !facts.suspendedByOthers;
      return { action: "toggle-suspend", step: resumes ? "resume" : "unmark", since: mark.at };
    }
    case "correct-ready":
      return { action: "correct-ready", step: correctionStep(facts, mark), since: mark.at };
  }
}

const words = { "toggle-suspend": "suspend and resume", "correct-ready": "correct" } as const;

/** Ready was written, by the run or by Flux since, or it is still the one that the run judged. */
function correctionStep({ ready, historyStatus, isChanged }: ReleaseFacts, mark: Mark): CorrectReady["step"] {
  if (ready?.status !== "Unknown" || ready.since > mark.at) return "unmark";
  return historyStatus === "deployed" && !isChanged ? "finish" : "take-back";
}

/** A transition time of seconds in the future is rounding and the way between two machines; one of minutes isn't. */
const clockTolerance = 60_000;

function fromTheFuture({ ready }: ReleaseFacts, now: number): LeaveAlone | undefined {
  const ahead = (ready?.since ?? now) - now;
  if (ahead <= clockTolerance) return undefined;
  const message = `its Ready condition is ${formatDuration(wholeSeconds(ahead))} in the future: a clock is ahead`;
  return leave("clock-ahead", message, ahead);
}

/** Since when nothing happened, a suspending of ours included. */
function unknownSince({ ready, toggledAt }: ReleaseFacts): number {
  return Math.max(ready?.since ?? 0, toggledAt ?? 0);
}

function tooYoung(since: number, now: number, limit: number, what: string): LeaveAlone | undefined {
  const age = now - since;
  if (age > limit) return undefined;
  const shown = formatDuration(wholeSeconds(Math.max(age, 0)));
  const message = `${what} for ${shown} only, not longer than ${formatDuration(limit)}`;
  return leave("younger-than-threshold", message, limit - age + 1);
}

function decideBySecret(
  release: HelmRelease,
  stored: KubeObject | undefined,
  now: number,
  { threshold }: RecoverySettings,
): RecoveryDecision {
  const facts = releaseFacts(release);
  if ("malformed" in facts) return leave("malformed", facts.malformed);
  const revision = stored === undefined ? undefined : storedFacts(stored);
  if (revision !== undefined && "malformed" in revision) return leave("malformed", revision.malformed);
  const since = unknownSince(facts);
  if (revision?.status === "pending-install") {
    const begun = Math.max(since, revision.since ?? 0);
    const young = tooYoung(begun, now, threshold, "Helm's install is pending");
    if (young !== undefined) return young;
    const left = begun + facts.installTimeout - now;
    if (left >= 0) return withinTimeout(facts, left);
    return { action: "toggle-suspend", step: "suspend", since };
  }
  const newest =
    revision === undefined ? "there is no Secret of Helm's" : `Helm's newest is ${revision.status}`;
  if (facts.historyStatus !== "deployed")
    return leave("not-recoverable", `${newest}, and its history doesn't begin with a deployed release`);
  // The history is of what Flux saw last: when Helm has gone on since, it isn't the last word.
  const goesOn =
    revision !== undefined &&
    (revision.status !== "deployed" || revision.version !== (facts.historyVersion ?? revision.version));
  if (goesOn)
    return leave("not-recoverable", `${newest} (v${revision.version}), which its history doesn't know`);
  if (facts.isChanged) return leave("changed-since", "its spec was changed since Helm deployed it");
  return { action: "correct-ready", step: "begin", since };
}

function withinTimeout({ installTimeout }: ReleaseFacts, left: number): LeaveAlone {
  const message = `Helm may take ${formatDuration(installTimeout)} for its install`;
  return leave("within-timeout", message, left + 1);
}

function leave(reason: LeaveReason, message: string, recheckAfter?: number): LeaveAlone {
  return {
    action: "leave-alone",
    reason,
    message,
    ...(recheckAfter === undefined ? {} : { recheckAfter }),
  };
}

function wholeSeconds(milliseconds: number): number {
  return Math.floor(milliseconds / 1000) * 1000;
}
