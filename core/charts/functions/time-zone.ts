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

const formats = new Map<string, Intl.DateTimeFormat>();

/** Finds a zone by IANA name; undefined when there is none. */
export function findZone(name: string): Zone | undefined {
  if (name === "" || name === "UTC" || name === "Local") return utc;
  try {
    formatOf(name);
    return { name };
  } catch {
    return undefined;
  }
}

/** Gives a zone's offset and abbreviation at a moment (seconds since the epoch). */
export function zoneOffset(zone: Zone, unix: bigint): { seconds: number; abbreviation: string } {
  if (zone.seconds !== undefined) return { seconds: zone.seconds, abbreviation: zone.name };
  const parts = formatOf(zone.name).formatToParts(new Date(Number(unix) * 1000));
  const text = (type: string) => parts.find((part) => part.type === type)?.value ?? "";
  const [, sign, hours = "0", minutes = "0"] = /GMT(?:([-+])(\d+):?(\d+)?)?/.exec(text("timeZoneName")) ?? [];
  const seconds = (Number(hours) * 60 + Number(minutes)) * 60 * (sign === "-" ? -1 : 1);
  return { seconds, abbreviation: abbreviate(zone.name, unix, seconds) };
}

/** What the database calls the zone at that moment; zones without letters have their offset. */
function abbreviate(name: string, unix: bigint, seconds: number): string {
  const format = new Intl.DateTimeFormat("en-US", { timeZone: name, timeZoneName: "short" });
  const short = format
    .formatToParts(new Date(Number(unix) * 1000))
    .find((part) => part.type === "timeZoneName");
  const known = european[name.split("/")[0] ?? ""]?.[seconds];
  if (short !== undefined && !short.value.startsWith("GMT")) return short.value;
  if (known !== undefined) return known;
  const sign = seconds < 0 ? "-" : "+";
  const minutes = Math.abs(seconds) / 60;
  const hours = String(Math.floor(minutes / 60)).padStart(2, "0");
  return minutes % 60 === 0 ? sign + hours : `${sign}${hours}${String(minutes % 60).padStart(2, "0")}`;
}

/** Abbreviations JavaScript's English doesn't have, by offset. */
const european: Readonly<Record<string, Readonly<Record<number, string>>>> = {
  Europe: { 0: "WET", 3600: "CET", 7200: "CEST", 10800: "EEST" },
};

function formatOf(name: string): Intl.DateTimeFormat {
  let format = formats.get(name);
  if (format === undefined) {
    format = new Intl.DateTimeFormat("en-US", { timeZone: name, timeZoneName: "longOffset" });
    formats.set(name, format);
  }
  return format;
}
