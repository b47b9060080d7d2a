import type { CronJob } from "@catalyst/ports/kubernetes";
import type { Schedule } from "./schedule.ts";

/** What a CronJob's next step is decided on. Times in milliseconds. */
export interface CronFacts {
  readonly cronJob: CronJob;
  readonly schedule: Schedule;
  /** Names of the Jobs that run. */
  readonly active: readonly string[];
  readonly now: number;
}

export interface CronNote {
  readonly type: "Normal" | "Warning";
  readonly reason: string;
  readonly message: string;
}

export type CronAction =
  | { readonly type: "wait" }
  /** Starts the Job of a time; first those that run are deleted when it replaces them. */
  | { readonly type: "start"; readonly time: number; readonly replaces: boolean };

export interface CronDecision {
  readonly action: CronAction;
  readonly notes: readonly CronNote[];
  /** When to look again. */
  readonly lookAgainAt: number | undefined;
}

/** How far the clocks of two machines may differ: looked at this much after the time, in milliseconds. */
const clockSkew = 100;

/** So many missed times are more than a night off. */
const manyMissed = 100;

/** Tells which Job is due, or when the next one will be. The rules are upstream's (syncCronJob). */
export function decideCronJob(facts: CronFacts): CronDecision {
  const { cronJob, active, now } = facts;
  const { startingDeadlineSeconds, concurrencyPolicy } = cronJob.spec;
  const lookAgainAt = nextLook(facts);
  const wait = (...notes: CronNote[]): CronDecision => ({ action: { type: "wait" }, notes, lookAgainAt });
  const missed = missedTimes(facts, startingDeadlineSeconds);
  if (missed.fault !== undefined) {
    const message = `invalid schedule: ${cronJob.spec.schedule} : ${missed.fault}`;
    return { ...wait(warning("InvalidSchedule", message)), lookAgainAt: undefined };
  }
  const { latest } = missed;
  if (latest === undefined) return wait();
  const notes = missed.count > manyMissed ? [warning("TooManyMissedTimes", tooMany)] : [];
  if (startingDeadlineSeconds !== undefined && latest + startingDeadlineSeconds * 1000 < now) {
    const message = `Missed scheduled time to start a job: ${httpDate(latest)}`;
    return wait(...notes, warning("MissSchedule", message));
  }
  const last = cronJob.status?.lastScheduleTime;
  const isDone = last !== undefined && Date.parse(last) === latest;
  if (isDone || active.includes(jobName(cronJob, latest))) return wait(...notes);
  if (concurrencyPolicy === "Forbid" && active.length > 0)
    return wait(...notes, { type: "Normal", reason: "JobAlreadyActive", message: alreadyActive });
  const replaces = concurrencyPolicy === "Replace" && active.length > 0;
  return { action: { type: "start", time: latest, replaces }, notes, lookAgainAt };
}

const tooMany =
  "too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew";
const alreadyActive = "Not starting job because prior execution is running and concurrency policy is Forbid";

function warning(reason: string, message: string): CronNote {
  return { type: "Warning", reason, message };
}

/** Go's RFC 1123 with a numeric zone. */
function httpDate(time: number): string {
  return new Date(time).toUTCString().replace("GMT", "+0000");
}

/** The name of a time's Job: the same however often it is tried. */
export function jobName({ metadata }: CronJob, time: number): string {
  return `${metadata.name}-${Math.floor(time / 60_000)}`;
}

interface Missed {
  /** Since when was looked. */
  readonly since: number;
  /** The last time that is due. */
  readonly latest?: number | undefined;
  readonly count: number;
  readonly fault?: string | undefined;
}

/** Times that have come since the last start, at the most as old as `deadline` (seconds). */
function missedTimes({ cronJob, schedule, now }: CronFacts, deadline: number | undefined): Missed {
  const begun = Date.parse(cronJob.status?.lastScheduleTime ?? cronJob.metadata.creationTimestamp ?? "");
  const since = deadline === undefined ? begun : Math.max(begun, now - deadline * 1000);
  const first = schedule.next(since);
  const second = first === undefined ? undefined : schedule.next(first);
  if (first === undefined || now < first) return { since, count: 0 };
  if (second === undefined || now < second) return { since, latest: first, count: 0 };
  const between = Math.round((second - first) / 1000);
  if (between < 1)
    return { since, count: 0, fault: "time difference between two schedules is less than 1 second" };
  // Counted by the distance of the first two: a year of minutes isn't walked through.
  const count = Math.floor(Math.floor((now - first) / 1000) / between) + 1;
  let latest: number | undefined;
  for (let time = schedule.next(first + (count - 2) * between * 1000); time !== undefined && time <= now; ) {
    latest = time;
    time = schedule.next(time);
  }
  return { since, latest, count };
}

function nextLook(facts: CronFacts): number | undefined {
  const { since, latest, count, fault } = missedTimes(facts, undefined);
  const from = fault === undefined ? (latest ?? (count === 0 ? since : facts.now)) : facts.now;
  const next = facts.schedule.next(from);
  return next === undefined ? undefined : next + clockSkew;
}
