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

const formats = new Map<string, Intl.DateTimeFormat>();

/** Finds a zone by IANA name; undefined when there is none. */
export function findZone(name: string): Zone | undefined {
  if (name === "Local") return local;
  if (name === "" || name === "UTC") return utc;
  try {
    // Go's names have their letters' case, which JavaScript's don't mind.
    const { timeZone } = formatOf(name).resolvedOptions();
    const isMiswritten = timeZone !== name && timeZone.toLowerCase() === name.toLowerCase();
    return isMiswritten ? undefined : { name };
  } catch {
    return undefined;
  }
}

/** Gives a zone's offset and abbreviation at a moment (seconds since the epoch). */
export function zoneOffset(zone: Zone, unix: bigint): { seconds: number; abbreviation: string } {
  if (zone.seconds !== undefined) return { seconds: zone.seconds, abbreviation: zone.name };
  const seconds = offsetAt(zone.name, unix);
  return { seconds, abbreviation: abbreviate(zone.name, unix, seconds) };
}

/** What the zone's database calls it at that moment; many zones have their offset for a name. */
function abbreviate(name: string, unix: bigint, seconds: number): string {
  // Before there were zones each place had its own time.
  if (seconds % 60 !== 0) return "LMT";
  if (name === "GMT") return name;
  const format = new Intl.DateTimeFormat("en-US", { timeZone: name, timeZoneName: "short" });
  const short = partOf(format, unix, "timeZoneName");
  if (!short.startsWith("GMT")) return short;
  const standard = Math.min(
    ...[0n, 181n].map((day) => offsetAt(name, (unix / 31_557_600n) * 31_557_600n + day * 86_400n)),
  );
  const [winter, summer] = known[name] ?? (name.startsWith("Europe/") ? (european[standard] ?? []) : []);
  const found = seconds === standard ? winter : summer;
  if (found !== undefined) return found;
  const sign = seconds < 0 ? "-" : "+";
  const minutes = Math.abs(seconds) / 60;
  const hours = String(Math.floor(minutes / 60)).padStart(2, "0");
  return minutes % 60 === 0 ? sign + hours : `${sign}${hours}${String(minutes % 60).padStart(2, "0")}`;
}

/** Standard and summer time's abbreviations, which JavaScript's English doesn't have. */
const european: Readonly<Record<number, readonly string[]>> = {
  0: ["WET", "WEST"],
  3600: ["CET", "CEST"],
  7200: ["EET", "EEST"],
  10800: ["MSK"],
};

const known: Readonly<Record<string, readonly string[]>> = {
  "Europe/London": ["GMT", "BST"],
  "Europe/Dublin": ["GMT", "IST"],
  "Asia/Tokyo": ["JST"],
  "Asia/Seoul": ["KST"],
  "Asia/Shanghai": ["CST"],
  "Asia/Taipei": ["CST"],
  "Asia/Hong_Kong": ["HKT"],
  "Asia/Manila": ["PST"],
  "Asia/Kolkata": ["IST"],
  "Asia/Karachi": ["PKT"],
  "Asia/Jakarta": ["WIB"],
  "Asia/Jerusalem": ["IST", "IDT"],
  "Africa/Johannesburg": ["SAST"],
  "Africa/Lagos": ["WAT"],
  "Africa/Nairobi": ["EAT"],
  "Africa/Cairo": ["EET", "EEST"],
  "Australia/Sydney": ["AEST", "AEDT"],
  "Australia/Melbourne": ["AEST", "AEDT"],
  "Australia/Brisbane": ["AEST"],
  "Australia/Adelaide": ["ACST", "ACDT"],
  "Australia/Darwin": ["ACST"],
  "Australia/Perth": ["AWST"],
  "Pacific/Auckland": ["NZST", "NZDT"],
};

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
