import type { CronJob, Job } from "@catalyst/ports/kubernetes";
import { isOver } from "../job/decide.ts";
import type { CronNote } from "./decide.ts";

type Status = NonNullable<CronJob["status"]>;

/** What the Jobs of a CronJob say of it. */
export interface Bookkeeping {
  readonly status: Status;
  readonly notes: readonly CronNote[];
}

/** Brings a CronJob's list of running Jobs and its last success in line with its Jobs. */
export function keepBooks(cronJob: CronJob, jobs: readonly Job[]): Bookkeeping {
  const notes: CronNote[] = [];
  let active = [...(cronJob.status?.active ?? [])];
  let { lastSuccessfulTime } = cronJob.status ?? {};
  for (const job of jobs) {
    const { uid, name } = job.metadata;
    const isListed = active.some((reference) => reference.uid === uid);
    if (!isOver(job)) {
      if (isListed) continue;
      const message = `Saw a job that the controller did not create or forgot: ${name}`;
      notes.push({ type: "Warning", reason: "UnexpectedJob", message });
      continue;
    }
    const end = endOf(job);
    if (isListed) {
      active = active.filter((reference) => reference.uid !== uid);
      const message = `Saw completed job: ${name}, condition: ${end}`;
      notes.push({ type: "Normal", reason: "SawCompletedJob", message });
    }
    const done = end === "Complete" ? job.status?.completionTime : undefined;
    if (done !== undefined && done > (lastSuccessfulTime ?? "")) lastSuccessfulTime = done;
  }
  const present = new Set(jobs.map((job) => job.metadata.uid));
  for (const reference of active.filter(({ uid }) => !present.has(uid))) {
    active = active.filter(({ uid }) => uid !== reference.uid);
    const message = `Active job went missing: ${reference.name}`;
    notes.push({ type: "Normal", reason: "MissingJob", message });
  }
  const status = {
    ...cronJob.status,
    active,
    ...(lastSuccessfulTime === undefined ? {} : { lastSuccessfulTime }),
  };
  return { status, notes };
}

/** Finished Jobs beyond the history asked for, the oldest of each outcome. */
export function outlived({ spec }: CronJob, jobs: readonly Job[]): readonly Job[] {
  const { successfulJobsHistoryLimit, failedJobsHistoryLimit } = spec;
  const beyond = (end: string, limit: number | undefined) => {
    const ended = jobs.filter((job) => isOver(job) && endOf(job) === end).sort(byStart);
    return limit === undefined ? [] : ended.slice(0, Math.max(0, ended.length - limit));
  };
  return [...beyond("Complete", successfulJobsHistoryLimit), ...beyond("Failed", failedJobsHistoryLimit)];
}

function endOf(job: Job): string | undefined {
  return job.status?.conditions?.find(
    ({ type, status }) => (type === "Complete" || type === "Failed") && status === "True",
  )?.type;
}

/** Jobs that never started last. */
function byStart(a: Job, b: Job): number {
  const [first = "~", second = "~"] = [a.status?.startTime, b.status?.startTime];
  return first < second ? -1 : first > second ? 1 : a.metadata.name < b.metadata.name ? -1 : 1;
}
