import { formatValue } from "../template/format.ts";
import { nearestInteger, parseFloat64 } from "../template/numbers.ts";
import { quote } from "../template/quoting.ts";
import { trimSpace } from "../template/space.ts";
import { typeName } from "../template/types.ts";
import { fixed, GoError, type GoFunction, Integer, int64, type Value } from "../template/values.ts";
import { formatDuration, inUnits, parseDuration, readDuration } from "./duration.ts";
import type { Run } from "./environment.ts";
import { clamp, durationOf, GoTime, laterBy, roundTo, timeOf, truncateTo, zeroTime } from "./time.ts";
import { formatTime } from "./time-format.ts";
import { parseTime } from "./time-parse.ts";
import { findZone, utc } from "./time-zone.ts";

const second = 1_000_000_000n;

const inZone = fixed(["string", "any", "string"], ([layout, date, zone], run: Run) =>
  formatIn(layout, date, zone, run),
);
const modify = fixed(["string", "time"], ([text, date]) => {
  const nanoseconds = parseDuration(text);
  return nanoseconds === undefined ? date : moved(date, nanoseconds);
});
const mustModify = fixed(["string", "time"], ([text, date]) => moved(date, readDuration(text)));

export const dateFunctions: readonly (readonly [string, GoFunction])[] = [
  ["now", fixed([], (_args, run: Run) => timeOf(run.environment.now()))],
  ["date", fixed(["string", "any"], ([layout, date], run: Run) => formatIn(layout, date, "Local", run))],
  ["dateInZone", inZone],
  ["date_in_zone", inZone],
  ["htmlDate", fixed(["any"], ([date], run: Run) => formatIn("2006-01-02", date, "Local", run))],
  [
    "htmlDateInZone",
    fixed(["any", "string"], ([date, zone], run: Run) => formatIn("2006-01-02", date, zone, run)),
  ],
  ["dateModify", modify],
  ["date_modify", modify],
  ["mustDateModify", mustModify],
  ["must_date_modify", mustModify],
  ["ago", fixed(["any"], ([date], run: Run) => ago(date, run))],
  ["toDate", fixed(["string", "string"], ([layout, text]) => lenientTime(layout, text))],
  ["mustToDate", fixed(["string", "string"], ([layout, text]) => parseTime(layout, text))],
  ["unixEpoch", fixed(["time"], ([date]) => (date instanceof GoTime ? String(date.unix) : ""))],
  ["duration", fixed(["any"], ([value]) => formatDuration(BigInt.asIntN(64, wholeSeconds(value) * second)))],
  ["durationRound", fixed(["any"], ([value], run: Run) => roundedDuration(value, run))],
  ["mustToDuration", fixed(["any"], ([value]) => durationOf(asDuration(value)))],
  ["durationSeconds", measure((ns) => inUnits(ns, "s"))],
  ["durationMinutes", measure((ns) => inUnits(ns, "m"))],
  ["durationHours", measure((ns) => inUnits(ns, "h"))],
  ["durationDays", measure((ns) => inUnits(ns, "h") / 24)],
  ["durationWeeks", measure((ns) => inUnits(ns, "h") / 24 / 7)],
  ["durationMilliseconds", measure((ns) => int64(ns / 1_000_000n), int64(0))],
  ["durationMicroseconds", measure((ns) => int64(ns / 1000n), int64(0))],
  ["durationNanoseconds", measure((ns) => int64(ns), int64(0))],
  ["durationRoundTo", fixed(["any", "any"], ([value, by]) => adjusted(value, by, roundTo))],
  ["durationTruncateTo", fixed(["any", "any"], ([value, by]) => adjusted(value, by, truncateTo))],
];

/** The time a date function is given: times, seconds since the epoch, or now for anything else. */
function timeFrom(date: Value, run: Run): GoTime {
  if (date instanceof GoTime) return date;
  if (date instanceof Integer && ["int", "int64", "int32"].includes(date.type)) {
    return new GoTime(date.value * second);
  }
  return timeOf(run.environment.now());
}

function formatIn(layout: string, date: Value, zone: string, run: Run): string {
  const time = timeFrom(date, run);
  return formatTime(new GoTime(time.nanoseconds, findZone(zone) ?? utc), layout);
}

function moved(date: Value, nanoseconds: bigint): Value {
  return date instanceof GoTime ? laterBy(date, nanoseconds) : date;
}

function ago(date: Value, run: Run): string {
  return formatDuration(roundTo(since(timeFrom(date, run), run), second));
}

/** The time that has passed since. */
function since(time: GoTime, run: Run): bigint {
  return clamp(timeOf(run.environment.now()).nanoseconds - time.nanoseconds);
}

function lenientTime(layout: string, text: string): GoTime {
  try {
    return parseTime(layout, text);
  } catch {
    return zeroTime;
  }
}

function wholeSeconds(value: Value): bigint {
  if (typeof value === "string") return nearestInteger(value);
  return value instanceof Integer && value.type === "int64" ? value.value : 0n;
}

const steps: readonly (readonly [string, bigint])[] = [
  ["y", second * 3600n * 24n * 365n],
  ["mo", second * 3600n * 24n * 30n],
  ["d", second * 3600n * 24n],
  ["h", second * 3600n],
  ["m", second * 60n],
  ["s", second],
];

function roundedDuration(value: Value, run: Run): string {
  let nanoseconds = 0n;
  if (typeof value === "string") nanoseconds = parseDuration(value) ?? 0n;
  else if (value instanceof Integer && value.type === "int64") nanoseconds = value.value;
  else if (value instanceof GoTime) nanoseconds = since(value, run);
  const size = nanoseconds < 0n ? -nanoseconds : nanoseconds;
  const step = steps.find(([, length]) => size > length);
  return step === undefined ? "0s" : `${size / step[1]}${step[0]}`;
}

/** Reads anything as a duration: numbers are seconds. Throws GoError. */
function asDuration(value: Value): bigint {
  if (value instanceof Integer) return value.type === "time.Duration" ? value.value : seconds(value.value);
  if (typeof value === "number") return floatSeconds(value);
  if (value === null || value === undefined) throw new GoError("invalid duration");
  if (typeof value !== "string") throw new GoError(`unsupported duration type ${typeName(value)}`);
  const text = trimSpace(value);
  if (text === "") throw new GoError("empty duration");
  const parsed = parseDuration(text);
  if (parsed !== undefined) return parsed;
  const number = parseFloat64(text);
  if (number === undefined) throw new GoError(`could not parse duration ${quote(value)}`);
  return floatSeconds(number);
}

function seconds(value: bigint): bigint {
  const limit = (2n ** 63n - 1n) / second;
  if (value > limit || value < -limit) throw new GoError(`duration seconds overflow: ${value}`);
  return value * second;
}

function floatSeconds(value: number): bigint {
  if (!Number.isFinite(value)) throw new GoError(`invalid duration seconds: ${formatValue(value)}`);
  const nanoseconds = value * 1e9;
  if (Math.abs(nanoseconds) > 2 ** 63) throw new GoError(`duration seconds overflow: ${formatValue(value)}`);
  return BigInt(Math.trunc(nanoseconds));
}

function measure(convert: (nanoseconds: bigint) => Value, fallback: Value = 0): GoFunction {
  return fixed(["any"], ([value]) => {
    try {
      return convert(asDuration(value));
    } catch (error) {
      if (error instanceof GoError) return fallback;
      throw error;
    }
  });
}

function adjusted(value: Value, by: Value, adjust: (value: bigint, by: bigint) => bigint): Value {
  const read = (one: Value): bigint | undefined => {
    try {
      return asDuration(one);
    } catch {
      return undefined;
    }
  };
  const duration = read(value);
  if (duration === undefined) return durationOf(0n);
  const step = read(by);
  return durationOf(step === undefined ? duration : adjust(duration, step));
}
