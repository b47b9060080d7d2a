import type { Clock } from "@catalyst/base/clock";
import { CatalystError, describeError } from "@catalyst/base/errors";
import { type HelmRelease, helmReleases } from "@catalyst/ports/flux";
import { type ClusterClient, isKubernetesError } from "@catalyst/ports/kubernetes";
import { act, missingRule } from "./act.ts";
import {
  type CorrectReady,
  decide,
  decideWithoutSecret,
  type RecoveryDecision,
  type ToggleSuspend,
} from "./decide.ts";
import { noteOf, recordNote } from "./events.ts";
import type { RecoveryEntry, RunSummary } from "./lines.ts";
import { eachRelease, newestSecrets, storageKey } from "./observe.ts";
import type { RecoverySettings } from "./settings.ts";

export interface RecoveryRun {
  readonly client: ClusterClient;
  readonly clock: Clock;
  readonly settings: RecoverySettings;
  /** Nothing is written. */
  readonly dryRun: boolean;
  /** Told of everything as it happens. */
  report(entry: RecoveryEntry): void;
  readonly signal: AbortSignal;
}

/** A release that something is to be done about. */
export interface Candidate {
  readonly release: HelmRelease;
  readonly decision: ToggleSuspend | CorrectReady;
}

interface Observed {
  readonly release: HelmRelease;
  readonly decision: RecoveryDecision;
}

/**
 * Looks at every HelmRelease of a cluster once and corrects those that are stuck, at most `limit` of them. Throws
 * `recovery-flux-missing`, `recovery-forbidden` (naming the RBAC rule), and what the transport throws; nothing has
 * been touched then.
 */
export async function recoverReleases(run: RecoveryRun): Promise<RunSummary> {
  const count = { releases: 0, detected: 0, corrected: 0, skipped: 0, failed: 0 };
  const report = (entry: RecoveryEntry) => {
    if (entry.entry in count) count[entry.entry as keyof typeof count]++;
    run.report(entry);
  };
  const candidates: Candidate[] = [];
  for (const { release, decision } of await observed(run, () => count.releases++)) {
    if (decision.action !== "leave-alone") candidates.push({ release, decision });
    else if (decision.reason !== "not-unknown")
      report({ entry: "skipped", release, reason: decision.reason, message: decision.message });
  }
  candidates.sort(inOrder);
  for (const candidate of candidates) report({ entry: "detected", ...candidate });
  const { limit } = run.settings;
  const acted = candidates.slice(0, limit);
  await Promise.all(acted.map((candidate) => carryOut(candidate, run, report)));
  const first = candidates[limit];
  if (first !== undefined)
    await tell(run, report, {
      entry: "halted",
      release: first.release,
      limit,
      candidates: candidates.length,
    });
  return { ...count, halted: first !== undefined };
}

/** Reads all releases, and Helm's Secrets of those whose decision depends on them. */
async function observed(run: RecoveryRun, counted: () => void): Promise<readonly Observed[]> {
  const { client, clock, settings, signal } = run;
  const decided: Observed[] = [];
  const open: HelmRelease[] = [];
  const now = clock.now();
  try {
    for await (const release of eachRelease(client, signal)) {
      counted();
      const decision = decideWithoutSecret(release, now, settings);
      if (decision === undefined) open.push(release);
      else if (decision.action !== "leave-alone" || decision.reason !== "not-unknown")
        decided.push({ release, decision });
    }
  } catch (error) {
    throw refused(error, "helmreleases");
  }
  if (open.length === 0) return decided;
  try {
    const newest = await newestSecrets(client, open, signal);
    for (const release of open)
      decided.push({ release, decision: decide(release, newest.get(storageKey(release)), now, settings) });
  } catch (error) {
    throw refused(error, "secrets");
  }
  return decided;
}

/** What a killed run left comes first, then what is stuck longest. */
function inOrder(a: Candidate, b: Candidate): number {
  return (
    rank(a) - rank(b) ||
    a.decision.since - b.decision.since ||
    (storageKey(a.release) < storageKey(b.release) ? -1 : 1)
  );
}

function rank({ decision: { step } }: Candidate): number {
  return step === "suspend" || step === "begin" ? 1 : 0;
}

async function carryOut(
  candidate: Candidate,
  run: RecoveryRun,
  report: (entry: RecoveryEntry) => void,
): Promise<void> {
  if (run.dryRun) return report({ entry: "would-correct", ...candidate });
  if (run.signal.aborted)
    return report({
      entry: "skipped",
      release: candidate.release,
      reason: "run-under-way",
      message: "the run was told to end",
    });
  await tell(run, report, entryOf(candidate, await act(candidate.decision, candidate.release, run)));
}

/** What an action came to, as it is told. */
export function entryOf(candidate: Candidate, result: Awaited<ReturnType<typeof act>>): RecoveryEntry {
  const { release } = candidate;
  switch (result.outcome) {
    case "corrected":
      return { entry: "corrected", ...candidate };
    case "skipped":
      return { entry: "skipped", release, reason: "changed-under-our-hands", message: result.message };
    case "failed": {
      const { outcome: _, ...words } = result;
      return { entry: "failed", ...candidate, ...words };
    }
  }
}

/** Reports an entry, and records it on the release. An Event that can't be recorded changes nothing else. */
export async function tell(
  { client, clock, dryRun }: Pick<RecoveryRun, "client" | "clock" | "dryRun">,
  report: (entry: RecoveryEntry) => void,
  entry: RecoveryEntry,
): Promise<void> {
  report(entry);
  const note = noteOf(entry);
  if (note === undefined || dryRun) return;
  const { release } = entry;
  try {
    await recordNote(client, clock, release, note);
  } catch (error) {
    const rule = missingRule(error, "events");
    const message = describeError(error).replace(/\s+/g, " ");
    report({
      entry: "event-failed",
      release,
      message: rule === undefined ? message : `${message} (missing RBAC rule: ${rule})`,
    });
  }
}

function refused(error: unknown, resource: "helmreleases" | "secrets"): unknown {
  const rule = missingRule(error, resource);
  if (rule !== undefined)
    return new CatalystError("recovery-forbidden", `recovery may not read ${resource}`, {
      cause: error,
      hint: `The RBAC rule that is missing: ${rule}.`,
    });
  if (
    resource !== "helmreleases" ||
    !isKubernetesError(error, "kubernetes-unknown-kind", "kubernetes-not-found")
  )
    return error;
  return new CatalystError(
    "recovery-flux-missing",
    `the cluster serves no ${helmReleases.plural} of ${helmReleases.group}/${helmReleases.version}`,
    { cause: error, hint: "Is Flux's helm-controller installed, and is this the right cluster?" },
  );
}
