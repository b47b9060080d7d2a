import { parseDuration } from "@catalyst/base/duration";
import { zoneOffset } from "@catalyst/base/time-zone";
import type { CronJob } from "@catalyst/ports/kubernetes";
import type { Cron } from "croner";

/** When a CronJob is due. Times in milliseconds. */
export interface Schedule {
  /** The first time after `time`; undefined when there is none (a 31st of February). */
  next(time: number): number | undefined;
}

/** The prefix by which older objects name their time zone. */
const zonePrefix = /^(?:CRON_)?TZ=(\S+)\s+/;

/** Reads a CronJob's schedule. Throws what is wrong with it. */
export async function readSchedule({ spec }: CronJob): Promise<Schedule> {
  const zone = zonePrefix.exec(spec.schedule)?.[1] ?? spec.timeZone ?? "UTC";
  const pattern = spec.schedule.replace(zonePrefix, "").trim();
  const every = /^@every (\S+)$/.exec(pattern)?.[1];
  if (every !== undefined) return everyInterval(every);
  // Loaded by the first CronJob: most clusters have none.
  const { Cron: CronPattern } = await import("croner");
  // A question mark means any value to Kubernetes' library, the present one to this.
  const text = pattern.replaceAll("?", "*");
  const cron: Cron = new CronPattern(text, { timezone: zone, paused: true });
  return { next: (time) => cron.nextRun(new Date(time))?.getTime() };
}

/** Whole seconds, one at least. */
function everyInterval(text: string): Schedule {
  const interval = Math.max(1000, Math.floor(parseDuration(text) / 1000) * 1000);
  return { next: (time) => Math.floor(time / 1000) * 1000 + interval };
}

/** Prints a moment in a time zone as RFC 3339 with the zone's offset. */
export function inZone(time: number, zone: string): string {
  const ahead = zoneOffset(time, zone);
  const offset = Math.round(ahead / 60_000);
  const text = new Date(time + ahead).toISOString().slice(0, 19);
  if (offset === 0) return `${text}Z`;
  const two = (value: number) => String(Math.floor(value)).padStart(2, "0");
  return `${text}${offset < 0 ? "-" : "+"}${two(Math.abs(offset) / 60)}:${two(Math.abs(offset) % 60)}`;
}
