import type { CronJob } from "@catalyst/ports/kubernetes";
import { describe, expect, it } from "vitest";
import { decideCronJob } from "./decide.ts";
import { inZone, readSchedule } from "./schedule.ts";

const at = (text: string) => Date.parse(`2026-03-10T${text}Z`);

function cronJob(spec: Partial<CronJob["spec"]> = {}, status: CronJob["status"] = {}): CronJob {
  return {
    apiVersion: "batch/v1",
    kind: "CronJob",
    metadata: { name: "report", creationTimestamp: "2026-03-10T10:00:00Z" },
    spec: {
      schedule: "*/10 * * * *",
      jobTemplate: { spec: { template: { spec: { containers: [] } } } },
      ...spec,
    },
    status,
  };
}

async function decide(now: string, object: CronJob, active: readonly string[] = []) {
  const schedule = await readSchedule(object);
  const { action, notes, lookAgainAt } = decideCronJob({ cronJob: object, schedule, active, now: at(now) });
  return {
    start: action.type === "start" ? new Date(action.time).toISOString().slice(11, 16) : undefined,
    replaces: action.type === "start" && action.replaces,
    notes: notes.map(({ reason }) => reason),
    next: lookAgainAt === undefined ? undefined : new Date(lookAgainAt).toISOString().slice(11, 16),
  };
}

const last = (text: string) => ({ lastScheduleTime: `2026-03-10T${text}Z` });

describe("decideCronJob", () => {
  it.each<[string, string, CronJob, readonly string[], object]>([
    ["waits for its first time", "10:05:00", cronJob(), [], { start: undefined, next: "10:10" }],
    ["starts at its time", "10:10:01", cronJob(), [], { start: "10:10", next: "10:20" }],
    [
      "starts a time once",
      "10:10:05",
      cronJob({}, last("10:10:00")),
      [],
      { start: undefined, next: "10:20" },
    ],
    ["makes up for the last time missed alone", "11:25:00", cronJob(), [], { start: "11:20", notes: [] }],
    [
      "says that a hundred times were missed",
      "10:00:00",
      cronJob({}, { lastScheduleTime: "2026-03-01T00:00:00Z" }),
      [],
      { start: "10:00", notes: ["TooManyMissedTimes"] },
    ],
    [
      "lets a time go that is too long ago",
      "10:15:00",
      cronJob({ startingDeadlineSeconds: 60 }),
      [],
      { start: undefined, next: "10:20" },
    ],
    [
      "doesn't start beside another where that is forbidden",
      "10:20:01",
      cronJob({ concurrencyPolicy: "Forbid" }, last("10:10:00")),
      ["report-1"],
      { start: undefined, notes: ["JobAlreadyActive"] },
    ],
    [
      "replaces another where that is asked for",
      "10:20:01",
      cronJob({ concurrencyPolicy: "Replace" }, last("10:10:00")),
      ["report-1"],
      { start: "10:20", replaces: true },
    ],
    [
      "starts beside another otherwise",
      "10:20:01",
      cronJob({}, last("10:10:00")),
      ["report-1"],
      { start: "10:20" },
    ],
  ])("%s", async (_name, now, object, active, expected) => {
    expect(await decide(now, object, active)).toMatchObject(expected);
  });

  it("goes by its time zone", async () => {
    const object = cronJob({ schedule: "30 6 * * *", timeZone: "Asia/Kolkata" });
    const schedule = await readSchedule(object);
    expect(new Date(schedule.next(at("10:00:00")) ?? 0).toISOString()).toBe("2026-03-11T01:00:00.000Z");
    expect(inZone(at("10:00:00"), "Asia/Kolkata")).toBe("2026-03-10T15:30:00+05:30");
  });
});
