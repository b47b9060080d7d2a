import type { Clock } from "@catalyst/base/clock";
import type { Logger } from "@catalyst/base/logger";
import { type HelmRelease, helmReleases } from "@catalyst/ports/flux";
import type { ClusterName } from "@catalyst/ports/kubernetes";
import type { Controller, ReconcileContext, ReconcileRequest, ReconcileResult } from "@catalyst/reconciler";
import { act } from "./act.ts";
import { decide, decideWithoutSecret, type LeaveAlone, type RecoveryDecision } from "./decide.ts";
import { type RecoveryEntry, recoveryFields, recoveryLine } from "./lines.ts";
import type { RecoveryMetrics } from "./metrics.ts";
import { newestSecrets, storageKey } from "./observe.ts";
import { entryOf, tell } from "./run.ts";
import { inProgressAnnotation, type RecoverySettings } from "./settings.ts";

export interface ReleaseRecoveryOptions {
  readonly settings: RecoverySettings;
  readonly metrics: RecoveryMetrics;
  /** Told of what was corrected, failed or halted: for the audit view. */
  audit(cluster: ClusterName, entry: RecoveryEntry): Promise<void>;
}

/** The time in which no more than the limit are acted on: as often as the CronJob elsewhere runs. */
const runLength = 2 * 60_000;

/**
 * Corrects stuck releases as they become so. A release is looked at when it changes, and once more when it has been
 * Unknown long enough; Helm's Secrets are read of none but those. What a run does at most is meant of any two minutes,
 * over all clusters.
 */
export function releaseRecoveryController(options: ReleaseRecoveryOptions): Controller<HelmRelease> {
  const budget = new Budget(options.settings.limit);
  return {
    name: "release-recovery",
    type: helmReleases,
    selects: (_, release) => mayBeStuck(release),
    // A release stays suspended for seconds: so many may be at once.
    concurrency: options.settings.limit,
    reconcile: (request, context) => reconcile(request, context, options, budget),
  };
}

/** What is ready and carries no mark needs no place in the queue. */
function mayBeStuck({ metadata, status }: HelmRelease): boolean {
  const ready = status?.conditions?.find((condition) => condition.type === "Ready");
  return ready?.status === "Unknown" || metadata.annotations?.[inProgressAnnotation] !== undefined;
}

async function reconcile(
  { cluster }: ReconcileRequest,
  context: ReconcileContext<HelmRelease>,
  options: ReleaseRecoveryOptions,
  budget: Budget,
): Promise<ReconcileResult> {
  const { object: release, clock, logger } = context;
  if (release === undefined) return { outcome: "settled" };
  const report = (entry: RecoveryEntry) => log(logger, options.metrics, entry);
  const decision = await decided(cluster, release, context, options.settings);
  if (decision.action === "leave-alone") return left(decision, release, report);
  const candidate = { release, decision };
  const run = {
    client: context.clusters.client(cluster),
    settings: options.settings,
    clock,
    dryRun: false,
    signal: context.signal,
  };
  const told = async (entry: RecoveryEntry) => {
    await tell(run, report, entry);
    await options.audit(cluster, entry);
  };
  report({ entry: "detected", ...candidate });
  const wait = budget.take(clock);
  if (wait > 0) {
    const { limit } = options.settings;
    if (budget.tellsOnce(clock)) await told({ entry: "halted", release, limit, candidates: limit + 1 });
    return { outcome: "waiting", reason: "too many releases are stuck at once", recheckAfter: wait };
  }
  await told(entryOf(candidate, await act(decision, release, run)));
  return { outcome: "settled", recheckAfter: options.settings.threshold };
}

async function decided(
  cluster: ClusterName,
  release: HelmRelease,
  { clusters, clock, signal }: ReconcileContext<HelmRelease>,
  settings: RecoverySettings,
): Promise<RecoveryDecision> {
  const decision = decideWithoutSecret(release, clock.now(), settings);
  if (decision !== undefined) return decision;
  const newest = await newestSecrets(clusters.client(cluster), [release], signal);
  return decide(release, newest.get(storageKey(release)), clock.now(), settings);
}

function left(
  { reason, message, recheckAfter }: LeaveAlone,
  release: HelmRelease,
  report: (entry: RecoveryEntry) => void,
): ReconcileResult {
  if (reason === "not-unknown") return { outcome: "settled" };
  // Every release is young once, and every action of ours is seen under way: that isn't worth a line.
  if (reason !== "younger-than-threshold" && reason !== "run-under-way")
    report({ entry: "skipped", release, reason, message });
  return { outcome: "settled", ...(recheckAfter === undefined ? {} : { recheckAfter }) };
}

/** One line each, with the words that the command prints. */
function log(logger: Logger, metrics: RecoveryMetrics, entry: RecoveryEntry): void {
  metrics.count(entry);
  const line = recoveryLine(entry);
  const fields = recoveryFields(entry);
  if (entry.entry === "failed" || entry.entry === "event-failed") logger.warn(line, fields);
  else if (entry.entry === "halted") logger.error(line, fields);
  else logger.info(line, fields);
}

/** Counts what was acted on in the last run's length. */
class Budget {
  readonly #limit: number;
  #taken: number[] = [];
  #toldAt = Number.NEGATIVE_INFINITY;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Takes one; gives 0, or how many milliseconds it is until there is one to take. */
  take(clock: Clock): number {
    const now = clock.now();
    this.#taken = this.#taken.filter((time) => time > now - runLength);
    const [oldest] = this.#taken;
    if (oldest !== undefined && this.#taken.length >= this.#limit) return oldest + runLength - now;
    this.#taken.push(now);
    return 0;
  }

  /** True once in a run's length. */
  tellsOnce(clock: Clock): boolean {
    const now = clock.now();
    if (now - this.#toldAt < runLength) return false;
    this.#toldAt = now;
    return true;
  }
}
