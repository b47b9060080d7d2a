import { registerIntegerMethods } from "../template/fields.ts";
import { registerStringer } from "../template/stringers.ts";
import {
  fixed,
  GoError,
  type GoFunction,
  GoObject,
  Integer,
  int,
  int64,
  type Value,
} from "../template/values.ts";
import { unixOf, unixToInternal, type Wall, wallOf } from "./calendar.ts";
import { formatDuration, inUnits } from "./duration.ts";
import { quoteBytes } from "./quote-bytes.ts";
import { dayNames, formatTime, monthNames } from "./time-format.ts";
import { GoLocation } from "./time-location.ts";
import { local as localZone, utc, type Zone, zoneOffset } from "./time-zone.ts";

const second = 1_000_000_000n;

/** Go's time.Time: nanoseconds since the epoch, seen in a zone. */
export class GoTime extends GoObject {
  override readonly goType = "time.Time";
  readonly nanoseconds: bigint;
  readonly zone: Zone;

  /** What doesn't fit the seconds that Go counts from the year 1 comes out at their other end. */
  constructor(nanoseconds: bigint, zone: Zone = utc) {
    super();
    const unix = floorDivide(nanoseconds, second);
    const kept = BigInt.asIntN(64, unix + unixToInternal) - unixToInternal;
    this.nanoseconds = nanoseconds + (kept - unix) * second;
    this.zone = zone;
  }

  override method(name: string): GoFunction | undefined {
    return timeMethods.get(name)?.(this);
  }

  override printedFields(): readonly (readonly [string, Value])[] {
    return [
      ["wall", new Integer(BigInt(this.nanosecond), "uint64")],
      ["ext", int64(this.unix + unixToInternal)],
      ["loc", new GoLocation(this.zone)],
    ];
  }

  override print(): string {
    return formatTime(this, "2006-01-02 15:04:05.999999999 -0700 MST");
  }

  override goSyntax(): string {
    const { zone, local } = this;
    const parts = [local.hour, local.minute, local.second, this.nanosecond];
    const date = `${local.year}, time.${monthNames[local.month - 1]}, ${local.day}`;
    const named = zone === utc ? "time.UTC" : zone === localZone ? "time.Local" : undefined;
    const location = named ?? `time.Location(${quoteBytes(zone.name)})`;
    return `time.Date(${date}, ${parts.join(", ")}, ${location})`;
  }

  /** Nanoseconds within the second. */
  get nanosecond(): number {
    return Number(this.nanoseconds - floorDivide(this.nanoseconds, second) * second);
  }

  /** Its zone is what it points to. */
  override pointsAlike(other: GoObject, isDeep: boolean): boolean {
    if (!(other instanceof GoTime) || this.zone === other.zone) return true;
    const isNamed = ({ zone }: GoTime) => zone === utc || zone === localZone;
    return isDeep && !isNamed(this) && !isNamed(other);
  }

  /** Throws GoError where the year has other than four digits, or the offset a day or more. */
  override toJson(): Value {
    const text = this.rfc3339;
    const problem = /^\d{4}-/.test(text)
      ? /[-+]2[4-9]:\d\d$/.test(text) && "timezone hour outside of range [0,23]"
      : "year outside of range [0,9999]";
    if (problem === false) return text;
    throw new GoError(`json: error calling MarshalJSON for type time.Time: Time.MarshalJSON: ${problem}`);
  }

  /** The moment in the form of RFC 3339, also where that has none for it. */
  get rfc3339(): string {
    return formatTime(this, "2006-01-02T15:04:05.999999999Z07:00");
  }

  /** Seconds since 1970. */
  get unix(): bigint {
    return BigInt.asIntN(64, floorDivide(this.nanoseconds, second));
  }

  /** What the clocks and calendars of its zone show. */
  get local(): Wall {
    return wallOf(this.unix, zoneOffset(this.zone, this.unix).seconds);
  }
}

/** Go's zero time, the year 1. */
export const zeroTime = new GoTime(-62_135_596_800_000_000_000n);

/** Makes the time of milliseconds since the epoch. */
export function timeOf(milliseconds: number): GoTime {
  return new GoTime(BigInt(Math.round(milliseconds * 1000)) * 1000n, localZone);
}

/** Divides rounding down, also below zero. */
export function floorDivide(value: bigint, by: bigint): bigint {
  const quotient = value / by;
  return value % by !== 0n && value < 0n ? quotient - 1n : quotient;
}

const timeMethods: ReadonlyMap<string, (time: GoTime) => GoFunction> = new Map(
  Object.entries<(time: GoTime) => GoFunction>({
    Format: (time) => fixed(["string"], ([layout]) => formatTime(time, layout)),
    String: (time) => fixed([], () => time.print()),
    Unix: (time) => fixed([], () => int64(time.unix)),
    UnixMilli: (time) => fixed([], () => int64(floorDivide(time.nanoseconds, 1_000_000n))),
    UnixMicro: (time) => fixed([], () => int64(floorDivide(time.nanoseconds, 1000n))),
    UnixNano: (time) => fixed([], () => int64(time.nanoseconds)),
    Year: (time) => fixed([], () => int(time.local.year)),
    Month: (time) => fixed([], () => new Integer(BigInt(time.local.month), "time.Month")),
    Day: (time) => fixed([], () => int(time.local.day)),
    Hour: (time) => fixed([], () => int(time.local.hour)),
    Minute: (time) => fixed([], () => int(time.local.minute)),
    Second: (time) => fixed([], () => int(time.local.second)),
    Nanosecond: (time) => fixed([], () => int(time.nanosecond)),
    Weekday: (time) => fixed([], () => new Integer(BigInt(time.local.weekday), "time.Weekday")),
    YearDay: (time) => fixed([], () => int(time.local.yearDay)),
    IsZero: (time) => fixed([], () => time.nanoseconds === zeroTime.nanoseconds),
    UTC: (time) => fixed([], () => new GoTime(time.nanoseconds)),
    Local: (time) => fixed([], () => new GoTime(time.nanoseconds, localZone)),
    Before: (time) =>
      fixed(["time"], ([other]) => other instanceof GoTime && time.nanoseconds < other.nanoseconds),
    After: (time) =>
      fixed(["time"], ([other]) => other instanceof GoTime && time.nanoseconds > other.nanoseconds),
    Equal: (time) =>
      fixed(["time"], ([other]) => other instanceof GoTime && time.nanoseconds === other.nanoseconds),
    Sub: (time) =>
      fixed(["time"], ([other]) =>
        durationOf(clamp(other instanceof GoTime ? time.nanoseconds - other.nanoseconds : 0n)),
      ),
    Compare: (time) =>
      fixed(["time"], ([other]) => {
        const passed = other instanceof GoTime ? time.nanoseconds - other.nanoseconds : 0n;
        return int(passed < 0n ? -1 : passed > 0n ? 1 : 0);
      }),
    Add: (time) => fixed(["timeDuration"], ([by]) => laterBy(time, by.value)),
    Truncate: (time) => fixed(["timeDuration"], ([by]) => laterBy(time, -restOf(time, by.value))),
    Round: (time) => fixed(["timeDuration"], ([by]) => rounded(time, by.value)),
    GoString: (time) => fixed([], () => time.goSyntax()),
    AddDate: (time) =>
      fixed(["exactInt", "exactInt", "exactInt"], ([years, months, days]) =>
        addDate(time, years, months, days),
      ),
  }),
);

const longest = 2n ** 63n - 1n;

/** What doesn't fit a duration is the longest one. */
export function clamp(nanoseconds: bigint): bigint {
  return nanoseconds > longest ? longest : nanoseconds < -longest - 1n ? -longest - 1n : nanoseconds;
}

/** What of a time is left past the last whole multiple of a duration, counted from the zero time. */
function restOf(time: GoTime, by: bigint): bigint {
  if (by <= 0n) return 0n;
  const sinceZero = time.nanoseconds - zeroTime.nanoseconds;
  return sinceZero - floorDivide(sinceZero, by) * by;
}

function rounded(time: GoTime, by: bigint): GoTime {
  const rest = restOf(time, by);
  const isDown = by <= 0n || rest * 2n < by;
  return laterBy(time, isDown ? -rest : by - rest);
}

/** Makes a time.Duration of nanoseconds. */
export function durationOf(nanoseconds: bigint): Integer {
  return new Integer(BigInt.asIntN(64, nanoseconds), "time.Duration");
}

/** The time so many nanoseconds later; where Go's seconds end, it is the last of them. */
export function laterBy(time: GoTime, nanoseconds: bigint): GoTime {
  const moved = time.nanoseconds + nanoseconds;
  const internal = floorDivide(moved, second) + unixToInternal;
  const kept = clamp(internal) === internal ? internal : internal > 0n ? longest : -longest;
  return new GoTime(moved + (kept - internal) * second, time.zone);
}

/** The time so many years, months and days later, of which each may be too many for its kind. */
function addDate(time: GoTime, years: bigint, months: bigint, days: bigint): GoTime {
  const { year, month, day, hour, minute, second: ofMinute } = time.local;
  const ofDay = (hour * 60 + minute) * 60 + ofMinute;
  const wall = unixOf(BigInt(year) + years, BigInt(month) + months, BigInt(day) + days, ofDay);
  const unix = wall - BigInt(zoneOffset(time.zone, wall).seconds);
  return new GoTime(unix * second + BigInt(time.nanosecond), time.zone);
}

/** Rounds a duration to a multiple of another, half away from zero, as Go does. */
export function roundTo(value: bigint, by: bigint): bigint {
  if (by <= 0n) return value;
  const rest = value % by;
  const size = rest < 0n ? -rest : rest;
  if (size + size < by) return value - rest;
  return clamp(value < 0n ? value - rest - by : value - rest + by);
}

/** Cuts a duration to a multiple of another, as Go does. */
export function truncateTo(value: bigint, by: bigint): bigint {
  return by <= 0n ? value : value - (value % by);
}

registerStringer("time.Duration", formatDuration);
registerStringer("time.Month", (value) => monthNames[Number(value) - 1] ?? `%!Month(${value})`);
registerStringer("time.Weekday", (value) => dayNames[Number(value)] ?? `%!Weekday(${value})`);
registerIntegerMethods("time.Weekday", (value, name) =>
  name === "String" ? fixed([], () => dayNames[Number(value)] ?? "") : undefined,
);
registerIntegerMethods("time.Month", (value, name) =>
  name === "String" ? fixed([], () => monthNames[Number(value) - 1] ?? "") : undefined,
);
registerIntegerMethods("time.Duration", (value, name) => {
  switch (name) {
    case "Seconds":
      return fixed([], () => inUnits(value, "s"));
    case "Minutes":
      return fixed([], () => inUnits(value, "m"));
    case "Hours":
      return fixed([], () => inUnits(value, "h"));
    case "Milliseconds":
      return fixed([], () => int64(value / 1_000_000n));
    case "Microseconds":
      return fixed([], () => int64(value / 1000n));
    case "Nanoseconds":
      return fixed([], () => int64(value));
    case "String":
      return fixed([], () => formatDuration(value));
    case "Round":
      return fixed(["timeDuration"], ([by]) => durationOf(roundTo(value, by.value)));
    case "Truncate":
      return fixed(["timeDuration"], ([by]) => durationOf(truncateTo(value, by.value)));
    case "Abs":
      return fixed([], () => durationOf(clamp(value < 0n ? -value : value)));
    default:
      return undefined;
  }
});
