import { isZoneName, zoneAbbreviation } from "./zone-names.ts";

/** A time zone: its IANA name, or a fixed offset. */
export interface Zone {
  readonly name: string;
  /** Seconds east of Greenwich, for a zone without a name. */
  readonly seconds?: number;
}

/**
 * The zone charts see as Local too: rendering mustn't depend on the machine, and in a cluster everything runs
 * in UTC.
 */
export const utc: Zone = { name: "UTC", seconds: 0 };

/** The same zone under the name Local, which Go's syntax of a time tells apart. */
export const local: Zone = { ...utc };

const wholeHours = new Map<number, Zone>();

/** Makes a zone of an offset. One without a name and of whole hours, up to 12 west and 14 east, is the same every time. */
export function fixedZone(name: string, seconds: number): Zone {
  const hours = seconds / 3600;
  if (name !== "" || !Number.isInteger(hours) || hours < -12 || hours > 14) return { name, seconds };
  const zone = wholeHours.get(hours) ?? { name, seconds };
  wholeHours.set(hours, zone);
  return zone;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** Finds a zone by IANA name; undefined when there is none. */
export function findZone(name: string): Zone | undefined {
  if (name === "Local") return local;
  if (name === "" || name === "UTC") return utc;
  // JavaScript takes letters of either case and offsets for names too.
  if (!isZoneName(name)) return undefined;
  try {
    formatOf(name);
    return { name };
  } catch {
    return undefined;
  }
}

/** From here on the rules of all zones stay the same, in seconds since the epoch: 2100. */
const steady = 4_102_444_800n;

/** After so many seconds, 400 years, the calendar with its days of the week begins anew. */
const calendarRound = 146_097n * 86_400n;

/** A moment that JavaScript's dates reach, at which every zone has the time it has at a given one. */
function withinReach(unix: bigint): bigint {
  if (unix > steady) return steady + ((unix - steady) % calendarRound);
  return unix < zoneless ? zoneless : unix;
}

/** A moment before any place had a time other than its own, in seconds since the epoch: the year 1. */
const zoneless = -62_135_596_800n;

/** Gives a zone's offset and abbreviation at a moment (seconds since the epoch). */
export function zoneOffset(zone: Zone, moment: bigint): { seconds: number; abbreviation: string } {
  if (zone.seconds !== undefined) return { seconds: zone.seconds, abbreviation: zone.name };
  const unix = withinReach(moment);
  const seconds = offsetAt(zone.name, unix);
  return { seconds, abbreviation: abbreviate(zone.name, unix, seconds) };
}

/** What a place called its time; many have the offset for a name. */
function abbreviate(name: string, unix: bigint, seconds: number): string {
  const abbreviation = zoneAbbreviation(name, Number(unix), seconds);
  if (abbreviation !== undefined) return abbreviation;
  const sign = seconds < 0 ? "-" : "+";
  const minutes = Math.floor(Math.abs(seconds) / 60);
  const hours = String(Math.floor(minutes / 60)).padStart(2, "0");
  return minutes % 60 === 0 ? sign + hours : `${sign}${hours}${String(minutes % 60).padStart(2, "0")}`;
}

function offsetAt(name: string, unix: bigint): number {
  const text = partOf(formatOf(name), unix, "timeZoneName");
  const [, sign, hours = "0", minutes = "0", seconds = "0"] =
    /GMT(?:([-+])(\d+)(?::(\d+))?(?::(\d+))?)?/.exec(text) ?? [];
  return ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * (sign === "-" ? -1 : 1);
}

function partOf(format: Intl.DateTimeFormat, unix: bigint, type: string): string {
  const parts = format.formatToParts(new Date(Number(unix) * 1000));
  return parts.find((part) => part.type === type)?.value ?? "";
}

function formatOf(name: string): Intl.DateTimeFormat {
  let format = formats.get(name);
  if (format === undefined) {
    format = new Intl.DateTimeFormat("en-US", { timeZone: name, timeZoneName: "longOffset" });
    formats.set(name, format);
  }
  return format;
}
