import type { Wall } from "./calendar.ts";
import type { GoTime } from "./time.ts";
import { zoneOffset } from "./time-zone.ts";

export const monthNames: readonly string[] = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
];

export const dayNames: readonly string[] = [
  "Sunday",
  "Monday",
  "Tuesday",
  "Wednesday",
  "Thursday",
  "Friday",
  "Saturday",
];

/**
 * The parts of a layout, longest first where one starts another. `Jan` and `Mon` stand for themselves only when
 * no lower-case letter follows.
 */
const parts =
  /January|Jan(?![a-z])|Monday|Mon(?![a-z])|MST|2006|__2|_2006|_2|002|01|02|03|04|05|06|15|1|2|3|4|5|PM|pm|[Z-]07:00:00|[Z-]07:00|[Z-]070000|[Z-]0700|[Z-]07|[.,](?:0+|9+)(?!\d)/g;

/** Cuts a layout into its parts and the text between them, which Go's parser and printer share. */
export function layoutParts(layout: string): { readonly text: string; readonly isPart: boolean }[] {
  const found: { text: string; isPart: boolean }[] = [];
  let at = 0;
  for (const match of layout.matchAll(parts)) {
    // `_2006` is an underscore and a year.
    const isYear = match[0] === "_2006";
    const start = isYear ? match.index + 1 : match.index;
    if (start > at) found.push({ text: layout.slice(at, start), isPart: false });
    found.push({ text: isYear ? "2006" : match[0], isPart: true });
    at = match.index + match[0].length;
  }
  if (at < layout.length) found.push({ text: layout.slice(at), isPart: false });
  return found;
}

/** Prints a time by a layout of Go's reference time, Mon Jan 2 15:04:05 MST 2006. */
export function formatTime(time: GoTime, layout: string): string {
  const { seconds, abbreviation } = zoneOffset(time.zone, time.unix);
  const local = time.local;
  const nanoseconds = Number(((time.nanoseconds % 1_000_000_000n) + 1_000_000_000n) % 1_000_000_000n);
  return layoutParts(layout)
    .map(({ text, isPart }) => (isPart ? formatPart(text, local, seconds, abbreviation, nanoseconds) : text))
    .join("");
}

function formatPart(part: string, local: Wall, offset: number, zone: string, nanoseconds: number): string {
  const hour = local.hour;
  switch (part) {
    case "January":
      return monthNames[local.month - 1] ?? "";
    case "Jan":
      return (monthNames[local.month - 1] ?? "").slice(0, 3);
    case "Monday":
      return dayNames[local.weekday] ?? "";
    case "Mon":
      return (dayNames[local.weekday] ?? "").slice(0, 3);
    case "MST":
      return zone === "" ? formatOffset("-0700", offset) : zone;
    case "2006":
      return pad(local.year, 4);
    case "06":
      return pad(Math.abs(local.year) % 100, 2);
    case "01":
      return pad(local.month, 2);
    case "1":
      return String(local.month);
    case "02":
      return pad(local.day, 2);
    case "2":
      return String(local.day);
    case "_2":
      return String(local.day).padStart(2, " ");
    case "002":
      return pad(local.yearDay, 3);
    case "__2":
      return String(local.yearDay).padStart(3, " ");
    case "15":
      return pad(hour, 2);
    case "03":
      return pad(hour % 12 || 12, 2);
    case "3":
      return String(hour % 12 || 12);
    case "04":
      return pad(local.minute, 2);
    case "4":
      return String(local.minute);
    case "05":
      return pad(local.second, 2);
    case "5":
      return String(local.second);
    case "PM":
      return hour >= 12 ? "PM" : "AM";
    case "pm":
      return hour >= 12 ? "pm" : "am";
    default:
      return /^[.,]/.test(part) ? formatFraction(part, nanoseconds) : formatOffset(part, offset);
  }
}

/** There are never more than nine digits; Go keeps twelve bits of how many a layout has. */
function formatFraction(part: string, nanoseconds: number): string {
  const digits = pad(nanoseconds, 9).slice(0, (part.length - 1) & 0xfff);
  if (part.includes("0")) return `${part[0]}${digits}`;
  const trimmed = digits.replace(/0+$/, "");
  return trimmed === "" ? "" : `${part[0]}${trimmed}`;
}

/** Go looks at the sign of whole minutes; of an offset of less than one the seconds keep theirs. */
function formatOffset(part: string, offset: number): string {
  if (part.startsWith("Z") && offset === 0) return "Z";
  const isWest = offset <= -60;
  const size = isWest ? -offset : offset;
  const minutes = Math.abs(Math.trunc(offset / 60));
  const colon = part.includes(":") ? ":" : "";
  const pieces = [pad(Math.floor(minutes / 60), 2), pad(minutes % 60, 2), pad(size % 60, 2)];
  const count = part.replace(/\D/g, "").length / 2;
  return (isWest ? "-" : "+") + pieces.slice(0, count).join(colon);
}

/** The width is that of the digits, without a sign. */
function pad(value: number, length: number): string {
  return (value < 0 ? "-" : "") + String(Math.abs(value)).padStart(length, "0");
}
