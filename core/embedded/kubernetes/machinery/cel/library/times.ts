import { isTimeZone, zoneOffset } from "@catalyst/base/time-zone";
import { type Library, member } from "../overload.ts";
import { durationType, intType, stringType, timestampType } from "../type.ts";
import { type DurationValue, fault, type TimestampValue } from "../value.ts";

const nanosPerSecond = 1_000_000_000n;
const minTimestamp = -62_135_596_800n * nanosPerSecond;
const maxTimestamp = 253_402_300_800n * nanosPerSecond - 1n;
const maxDuration = 2n ** 63n - 1n;

/** Refuses moments outside the years 1 to 9999. */
export function boundTimestamp(nanos: bigint): bigint {
  return nanos < minTimestamp || nanos > maxTimestamp ? fault("timestamp overflow") : nanos;
}

/** Refuses spans that don't fit 64 bits of nanoseconds. */
export function boundDuration(nanos: bigint): bigint {
  return nanos > maxDuration || nanos < -maxDuration - 1n ? fault("duration overflow") : nanos;
}

const unitNanos: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1000n,
  µs: 1000n,
  μs: 1000n,
  ms: 1_000_000n,
  s: nanosPerSecond,
  m: 60n * nanosPerSecond,
  h: 3600n * nanosPerSecond,
};

/** Reads a Go duration (`1h30m`) as nanoseconds; undefined when it isn't one. */
export function parseDuration(text: string): bigint | undefined {
  const sign = text.startsWith("-") ? -1n : 1n;
  const rest = text.replace(/^[+-]/, "");
  if (rest === "0") return 0n;
  if (!/^(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+$/.test(rest)) return undefined;
  let nanos = 0n;
  for (const [, whole = "", fraction = "", unit = ""] of rest.matchAll(
    /(\d*)\.?(\d*)(ns|us|µs|μs|ms|s|m|h)/g,
  )) {
    const scale = unitNanos[unit]!;
    nanos += BigInt(whole || "0") * scale;
    if (fraction !== "") nanos += (BigInt(fraction) * scale) / 10n ** BigInt(fraction.length);
  }
  return nanos > maxDuration ? undefined : sign * nanos;
}

/** Prints a span as cel-go does: in seconds, `5400s`, `0.5s`. */
export function printDuration(nanos: bigint): string {
  const sign = nanos < 0n ? "-" : "";
  const size = nanos < 0n ? -nanos : nanos;
  const fraction = (size % nanosPerSecond).toString().padStart(9, "0").replace(/0+$/, "");
  return `${sign}${size / nanosPerSecond}${fraction === "" ? "" : `.${fraction}`}s`;
}

const rfc3339 = /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:[Zz]|([+-])(\d\d):(\d\d))$/;

/** Reads a moment of RFC 3339 as nanoseconds since 1970; undefined when it isn't one. */
export function parseTimestamp(text: string): bigint | undefined {
  const match = rfc3339.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second, fraction = "", sign, zoneHour, zoneMinute] = match;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  const date = new Date(0);
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  if (date.getUTCMonth() !== Number(month) - 1 || date.getUTCDate() !== Number(day)) return undefined;
  date.setUTCHours(Number(hour), Number(minute), Number(second));
  const zone = (Number(zoneHour ?? 0) * 60 + Number(zoneMinute ?? 0)) * (sign === "-" ? -1 : 1);
  const seconds = BigInt(date.getTime() / 1000) - BigInt(zone * 60);
  return seconds * nanosPerSecond + BigInt(fraction.slice(0, 9).padEnd(9, "0"));
}

/** Prints a moment as RFC 3339 in UTC, with what there is of a fraction. */
export function printTimestamp(nanos: bigint): string {
  const seconds = floorDivide(nanos, nanosPerSecond);
  const fraction = (nanos - seconds * nanosPerSecond).toString().padStart(9, "0").replace(/0+$/, "");
  const text = new Date(Number(seconds) * 1000).toISOString().slice(0, 19);
  return `${text}${fraction === "" ? "" : `.${fraction}`}Z`;
}

function floorDivide(value: bigint, by: bigint): bigint {
  const quotient = value / by;
  return value % by < 0n ? quotient - 1n : quotient;
}

type Part = (date: Date) => number;

/** The wall clock of a time zone at a moment, as a date whose UTC fields are its fields. */
function wallClock(moment: TimestampValue, zone: string): Date {
  const millis = Number(floorDivide(moment.nanos, 1_000_000n));
  if (zone === "" || zone === "UTC") return new Date(millis);
  const offset = /^([+-]?)(\d\d):(\d\d)$/.exec(zone);
  if (offset !== null) {
    const minutes = (Number(offset[2]) * 60 + Number(offset[3])) * (offset[1] === "-" ? -1 : 1);
    return new Date(millis + minutes * 60_000);
  }
  if (!isTimeZone(zone)) return fault(`unknown time zone ${zone}`);
  return new Date(millis + zoneOffset(millis, zone));
}

function timestampPart(id: string, part: Part, zoned = `${id}_with_tz`) {
  return [
    member(`timestamp_to_${id}`, [timestampType], intType, (moment: TimestampValue) =>
      BigInt(part(wallClock(moment, ""))),
    ),
    member(
      `timestamp_to_${zoned}`,
      [timestampType, stringType],
      intType,
      (moment: TimestampValue, zone: string) => BigInt(part(wallClock(moment, zone))),
    ),
  ];
}

function durationPart(id: string, nanos: bigint) {
  return member(
    `duration_to_${id}`,
    [durationType],
    intType,
    (duration: DurationValue) => duration.nanos / nanos,
  );
}

function dayOfYear(date: Date): number {
  return Math.floor((date.getTime() - Date.UTC(date.getUTCFullYear(), 0, 1)) / 86_400_000);
}

/** The parts of moments and spans. */
export const timeLibrary: Library = {
  getFullYear: timestampPart("year", (date) => date.getUTCFullYear()),
  getMonth: timestampPart("month", (date) => date.getUTCMonth()),
  getDayOfYear: timestampPart("day_of_year", dayOfYear),
  getDayOfMonth: timestampPart("day_of_month", (date) => date.getUTCDate() - 1),
  getDate: timestampPart("day_of_month_1_based", (date) => date.getUTCDate()),
  getDayOfWeek: timestampPart("day_of_week", (date) => date.getUTCDay()),
  getHours: [
    ...timestampPart("hours", (date) => date.getUTCHours()),
    durationPart("hours", 3600n * nanosPerSecond),
  ],
  getMinutes: [
    ...timestampPart("minutes", (date) => date.getUTCMinutes()),
    durationPart("minutes", 60n * nanosPerSecond),
  ],
  getSeconds: [
    ...timestampPart("seconds", (date) => date.getUTCSeconds(), "seconds_tz"),
    durationPart("seconds", nanosPerSecond),
  ],
  getMilliseconds: [
    ...timestampPart("milliseconds", (date) => date.getUTCMilliseconds()),
    durationPart("milliseconds", 1_000_000n),
  ],
};
