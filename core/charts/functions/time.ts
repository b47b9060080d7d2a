import { registerIntegerMethods } from "../template/fields.ts";
import { registerStringer } from "../template/stringers.ts";
import { fixed, type GoFunction, GoObject, Integer, int, int64, type Value } from "../template/values.ts";
import { formatDuration, inUnits } from "./duration.ts";
import { quoteBytes } from "./quote-bytes.ts";
import { dayNames, dayOfYear, formatTime, monthNames } from "./time-format.ts";
import { local as localZone, utc, type Zone, zoneOffset } from "./time-zone.ts";

/** Go's time.Time: nanoseconds since the epoch, seen in a zone. */
export class GoTime extends GoObject {
  override readonly goType = "time.Time";
  readonly nanoseconds: bigint;
  readonly zone: Zone;

  constructor(nanoseconds: bigint, zone: Zone = utc) {
    super();
    this.nanoseconds = nanoseconds;
    this.zone = zone;
  }

  override method(name: string): GoFunction | undefined {
    return timeMethods.get(name)?.(this);
  }

  override print(): string {
    return formatTime(this, "2006-01-02 15:04:05.999999999 -0700 MST");
  }

  override goSyntax(): string {
    const { zone, local } = this;
    const parts = [local.getUTCHours(), local.getUTCMinutes(), local.getUTCSeconds(), this.nanosecond];
    const date = `${local.getUTCFullYear()}, time.${monthNames[local.getUTCMonth()]}, ${local.getUTCDate()}`;
    const named = zone === utc ? "time.UTC" : zone === localZone ? "time.Local" : undefined;
    const location = named ?? `time.Location(${quoteBytes(zone.name)})`;
    return `time.Date(${date}, ${parts.join(", ")}, ${location})`;
  }

  /** Nanoseconds within the second. */
  get nanosecond(): number {
    return Number(this.nanoseconds - this.unix * 1_000_000_000n);
  }

  override toJson(): Value {
    return formatTime(this, "2006-01-02T15:04:05.999999999Z07:00");
  }

  get unix(): bigint {
    return floorDivide(this.nanoseconds, 1_000_000_000n);
  }

  /** The moment's parts as its zone shows them. */
  get local(): Date {
    const offset = zoneOffset(this.zone, this.unix);
    return new Date(Number(this.unix + BigInt(offset.seconds)) * 1000);
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
    Year: (time) => fixed([], () => int(time.local.getUTCFullYear())),
    Month: (time) => fixed([], () => new Integer(BigInt(time.local.getUTCMonth() + 1), "time.Month")),
    Day: (time) => fixed([], () => int(time.local.getUTCDate())),
    Hour: (time) => fixed([], () => int(time.local.getUTCHours())),
    Minute: (time) => fixed([], () => int(time.local.getUTCMinutes())),
    Second: (time) => fixed([], () => int(time.local.getUTCSeconds())),
    Nanosecond: (time) => fixed([], () => int(time.nanosecond)),
    Weekday: (time) => fixed([], () => new Integer(BigInt(time.local.getUTCDay()), "time.Weekday")),
    YearDay: (time) => fixed([], () => int(dayOfYear(time.local))),
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
    Add: (time) => fixed(["timeDuration"], ([by]) => new GoTime(time.nanoseconds + by.value, time.zone)),
    Truncate: (time) =>
      fixed(["timeDuration"], ([by]) => new GoTime(time.nanoseconds - restOf(time, by.value), time.zone)),
    Round: (time) => fixed(["timeDuration"], ([by]) => rounded(time, by.value)),
    GoString: (time) => fixed([], () => time.goSyntax()),
    AddDate: (time) =>
      fixed(["int", "int", "int"], ([years, months, days]) => addDate(time, years, months, days)),
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
  return new GoTime(time.nanoseconds + (isDown ? -rest : by - rest), time.zone);
}

/** Makes a time.Duration of nanoseconds. */
export function durationOf(nanoseconds: bigint): Integer {
  return new Integer(BigInt.asIntN(64, nanoseconds), "time.Duration");
}

function addDate(time: GoTime, years: number, months: number, days: number): GoTime {
  const local = time.local;
  const date = new Date(0);
  date.setUTCFullYear(
    local.getUTCFullYear() + years,
    local.getUTCMonth() + months,
    local.getUTCDate() + days,
  );
  const moved = date.setUTCHours(local.getUTCHours(), local.getUTCMinutes(), local.getUTCSeconds());
  return new GoTime(
    time.nanoseconds + BigInt(moved - local.getTime() + local.getUTCMilliseconds()) * 1_000_000n,
    time.zone,
  );
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
    default:
      return undefined;
  }
});
