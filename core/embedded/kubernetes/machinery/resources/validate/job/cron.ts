import { isDuration } from "./go-duration.ts";

interface Range {
  readonly low: number;
  readonly high: number;
  readonly names?: readonly string[];
}

const ranges: readonly Range[] = [
  { low: 0, high: 59 },
  { low: 0, high: 23 },
  { low: 1, high: 31 },
  {
    low: 1,
    high: 12,
    names: ["", "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"],
  },
  { low: 0, high: 6, names: ["sun", "mon", "tue", "wed", "thu", "fri", "sat"] },
];

const descriptors = new Set([
  "@yearly",
  "@annually",
  "@monthly",
  "@weekly",
  "@daily",
  "@midnight",
  "@hourly",
]);

/** A fault of a schedule, thrown from where it is found. */
class CronFault extends Error {}

/**
 * Says what is wrong with a schedule of five fields, in the words of robfig/cron, which Kubernetes reads it with;
 * undefined when nothing is.
 */
export function cronFault(schedule: string, isZone: (name: string) => boolean): string | undefined {
  try {
    checkSchedule(schedule, isZone);
    return undefined;
  } catch (error) {
    if (error instanceof CronFault) return error.message;
    throw error;
  }
}

function checkSchedule(schedule: string, isZone: (name: string) => boolean): void {
  const [, zone, rest] = /^(?:CRON_)?TZ=(\S*)\s(.*)$/s.exec(schedule) ?? [];
  if (zone === undefined && /^(CRON_)?TZ=/.test(schedule)) {
    throw new CronFault("invalid schedule format: runtime error: slice bounds out of range [:-1]");
  }
  if (zone !== undefined && !isZone(zone)) {
    throw new CronFault(`provided bad location ${zone}: unknown time zone ${zone}`);
  }
  const text = (rest ?? schedule).replace(/^\s+|\s+$/g, rest === undefined ? "$&" : "");
  if (text.startsWith("@")) {
    checkDescriptor(text);
    return;
  }
  const fields = text.trim().split(/\s+/).filter(Boolean);
  if (fields.length !== ranges.length) {
    throw new CronFault(`expected exactly 5 fields, found ${fields.length}: [${fields.join(" ")}]`);
  }
  ranges.forEach((range, index) => {
    for (const part of (fields[index] ?? "").split(",")) if (part !== "") checkPart(part, range);
  });
}

const every = "@every ";

function checkDescriptor(text: string): void {
  if (descriptors.has(text)) return;
  if (!text.startsWith(every)) throw new CronFault(`unrecognized descriptor: ${text}`);
  const duration = text.slice(every.length);
  if (isDuration(duration)) return;
  throw new CronFault(`failed to parse duration ${text}: time: invalid duration ${JSON.stringify(duration)}`);
}

function checkPart(part: string, range: Range): void {
  const [bounds = "", step, ...moreSteps] = part.split("/");
  const [from = "", to, ...moreBounds] = bounds.split("-");
  let low = range.low;
  let high = range.high;
  if (from !== "*" && from !== "?") {
    low = numberOf(from, range);
    if (moreBounds.length > 0) throw new CronFault(`too many hyphens: ${part}`);
    high = to === undefined ? low : numberOf(to, range);
  }
  const width = step === undefined ? 1 : whole(step);
  if (moreSteps.length > 0) throw new CronFault(`too many slashes: ${part}`);
  if (step !== undefined && to === undefined) high = range.high;
  if (low < range.low)
    throw new CronFault(`beginning of range (${low}) below minimum (${range.low}): ${part}`);
  if (high > range.high) throw new CronFault(`end of range (${high}) above maximum (${range.high}): ${part}`);
  if (low > high) {
    throw new CronFault(`beginning of range (${low}) beyond end of range (${high}): ${part}`);
  }
  if (width === 0) throw new CronFault(`step of range should be a positive number: ${part}`);
}

function numberOf(text: string, { names }: Range): number {
  const named = names?.indexOf(text.toLowerCase()) ?? -1;
  return text !== "" && named >= 0 ? named : whole(text);
}

function whole(text: string): number {
  if (!/^[+-]?\d+$/.test(text)) {
    const why = `strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`;
    throw new CronFault(`failed to parse int from ${text}: ${why}`);
  }
  const value = Number(text);
  if (value < 0) throw new CronFault(`negative number (${value}) not allowed: ${text}`);
  return value;
}
