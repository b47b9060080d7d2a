import { createRequire } from "node:module";

/**
 * What places called their time and when, out of the tz database as moment-timezone packs it: JavaScript's own copy has
 * offsets and few abbreviations. The format is described at momentjs.com/timezone/docs, "Packed Format".
 */
interface Packed {
  /** `name|abbreviations|offsets|indices|lengths|population`, numbers to the base of 60. */
  readonly zones: readonly string[];
  /** `name|other name` of one zone. */
  readonly links: readonly string[];
}

/** A span of time in which a zone had one name and offset. */
interface Period {
  readonly name: string;
  /** Seconds east of Greenwich. */
  readonly seconds: number;
  /** Seconds since the epoch from which on it holds. */
  readonly start: number;
}

let packed: ReadonlyMap<string, string> | undefined;
const packedZones = () => (packed ??= readPacked());
const unpacked = new Map<string, readonly Period[]>();

/** Tells whether the tz database has a zone of exactly this name. */
export function isZoneName(name: string): boolean {
  return packedZones().has(name);
}

/**
 * Gives the abbreviation a zone's time had at a moment (seconds since the epoch) at which its offset was `seconds`;
 * undefined where the zone never had one. The database ends in 2037: what held last for an offset holds on.
 */
export function zoneAbbreviation(zone: string, unix: number, seconds: number): string | undefined {
  const periods = periodsOf(zone);
  const next = periods.findIndex(({ start }) => start > unix);
  const before = (next < 0 ? periods : periods.slice(0, next)).findLast(
    (period) => period.seconds === seconds,
  );
  return (before ?? periods.find((period) => period.seconds === seconds))?.name;
}

function periodsOf(zone: string): readonly Period[] {
  let periods = unpacked.get(zone);
  if (periods === undefined) {
    periods = unpack(packedZones().get(zone) ?? "");
    unpacked.set(zone, periods);
  }
  return periods;
}

/** Read when the first zone is asked for: few charts do. */
function readPacked(): ReadonlyMap<string, string> {
  const require = createRequire(import.meta.url);
  const { zones, links } = require("moment-timezone/data/packed/latest.json") as Packed;
  const byName = new Map(zones.map((zone) => [zone.slice(0, zone.indexOf("|")), zone]));
  for (const link of links) {
    const [name = "", other = ""] = link.split("|");
    byName.set(other, byName.get(name) ?? "");
  }
  return byName;
}

function unpack(zone: string): Period[] {
  const [, names = "", offsets = "", indices = "", lengths = ""] = zone.split("|");
  const words = (text: string) => text.split(" ").filter((word) => word !== "");
  const name = words(names);
  // West of Greenwich is positive there.
  const seconds = words(offsets).map((offset) => -secondsOf(offset));
  const ends: number[] = [];
  for (const length of words(lengths)) ends.push((ends.at(-1) ?? 0) + secondsOf(length));
  return [...indices].map((digit, at) => {
    const index = digitOf(digit);
    const start = at === 0 ? Number.NEGATIVE_INFINITY : (ends[at - 1] ?? 0);
    return { name: name[index] ?? "", seconds: seconds[index] ?? 0, start };
  });
}

/** Reads minutes to the base of 60, with seconds behind a point. */
function secondsOf(text: string): number {
  const [minutes = "", rest = ""] = text.replace("-", "").split(".");
  let value = 0;
  for (const digit of minutes) value = value * 60 + digitOf(digit);
  const total = value * 60 + (rest === "" ? 0 : digitOf(rest));
  return text.startsWith("-") ? -total : total;
}

/** Digits to the base of 60: 0–9, a–z, A–X. */
function digitOf(digit: string): number {
  const code = digit.charCodeAt(0);
  if (code >= 97) return code - 87;
  return code >= 65 ? code - 29 : code - 48;
}
