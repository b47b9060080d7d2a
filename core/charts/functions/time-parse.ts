import { GoError } from "../template/values.ts";
import { quoteBytes } from "./quote-bytes.ts";
import { GoTime } from "./time.ts";
import { dayNames, layoutParts, monthNames } from "./time-format.ts";
import { utc, type Zone } from "./time-zone.ts";

interface Fields {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
  nanosecond: number;
  isAfternoon: boolean | undefined;
  zone: Zone;
}

const digits: Readonly<Record<string, RegExp>> = {
  "2006": /^\d{4}/,
  "06": /^\d\d/,
  "01": /^\d\d/,
  "1": /^\d\d?/,
  "02": /^\d\d/,
  "2": /^\d\d?/,
  _2: /^ ?\d\d?/,
  "15": /^\d\d/,
  "03": /^\d\d/,
  "3": /^\d\d?/,
  "04": /^\d\d/,
  "4": /^\d\d?/,
  "05": /^\d\d/,
  "5": /^\d\d?/,
  MST: /^[A-Z]{3,5}/,
};

/** Reads a time by a layout, in UTC where it names no zone. Throws GoError with Go's text. */
export function parseTime(layout: string, value: string): GoTime {
  const fields: Fields = {
    year: 0,
    month: 1,
    day: 1,
    hour: 0,
    minute: 0,
    second: 0,
    nanosecond: 0,
    isAfternoon: undefined,
    zone: utc,
  };
  let rest = value;
  for (const { text, isPart } of layoutParts(layout)) {
    if (!isPart) {
      rest = skip(layout, value, rest, text);
      continue;
    }
    const length = readPart(text, rest, fields);
    if (length === undefined) throw cannot(layout, value, rest, text);
    rest = rest.slice(length);
    // A fraction may follow the seconds though the layout has none.
    const fraction = text === "05" || text === "5" ? /^[.,]\d+/.exec(rest) : null;
    if (fraction !== null && !layout.includes(`${text}.`))
      rest = rest.slice(readFraction(fraction[0], fields));
  }
  if (rest !== "") throw new GoError(`parsing time ${quoteBytes(value)}: extra text: ${quoteBytes(rest)}`);
  return toTime(fields, value);
}

function readPart(part: string, rest: string, fields: Fields): number | undefined {
  const named = readName(part, rest, fields);
  if (named !== undefined) return named;
  if (/^[.,]/.test(part)) {
    const match = /^[.,]\d+/.exec(rest);
    return match === null ? (part.includes("9") ? 0 : undefined) : readFraction(match[0], fields);
  }
  if (/^[Z-]07/.test(part)) return readOffset(part, rest, fields);
  const match = digits[part]?.exec(rest)?.[0];
  if (match === undefined) return undefined;
  assign(part, match.trim(), fields);
  return match.length;
}

function readName(part: string, rest: string, fields: Fields): number | undefined {
  const start = rest.toLowerCase();
  if (part === "January" || part === "Jan") {
    const index = monthNames.findIndex((name) => start.startsWith(nameFor(part, name)));
    if (index < 0) return undefined;
    fields.month = index + 1;
    return nameFor(part, monthNames[index] ?? "").length;
  }
  if (part === "Monday" || part === "Mon") {
    const name = dayNames.find((one) => start.startsWith(nameFor(part, one)));
    return name === undefined ? undefined : nameFor(part, name).length;
  }
  if (part !== "PM" && part !== "pm") return undefined;
  if (!/^[ap]m/i.test(rest)) return undefined;
  fields.isAfternoon = start.startsWith("p");
  return 2;
}

function nameFor(part: string, name: string): string {
  return (part.length === 3 ? name.slice(0, 3) : name).toLowerCase();
}

function assign(part: string, text: string, fields: Fields): void {
  const value = Number(text);
  if (part === "2006") fields.year = value;
  else if (part === "06") fields.year = value >= 69 ? 1900 + value : 2000 + value;
  else if (part === "01" || part === "1") fields.month = value;
  else if (part === "02" || part === "2" || part === "_2") fields.day = value;
  else if (part === "15" || part === "03" || part === "3") fields.hour = value;
  else if (part === "04" || part === "4") fields.minute = value;
  else if (part === "05" || part === "5") fields.second = value;
  else if (part === "MST") fields.zone = { name: text, seconds: 0 };
}

function readFraction(text: string, fields: Fields): number {
  fields.nanosecond = Number(text.slice(1, 10).padEnd(9, "0"));
  return text.length;
}

function readOffset(part: string, rest: string, fields: Fields): number | undefined {
  if (part.startsWith("Z") && rest.startsWith("Z")) return 1;
  const colon = part.includes(":") ? ":" : "";
  const count = part.replace(/\D/g, "").length / 2;
  const pattern = new RegExp(
    `^([-+])(\\d\\d)${count > 1 ? `${colon}(\\d\\d)` : ""}${count > 2 ? `${colon}(\\d\\d)` : ""}`,
  );
  const match = pattern.exec(rest);
  if (match === null) return undefined;
  const [all, sign, hours, minutes = "0", seconds = "0"] = match;
  const offset = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
  fields.zone = offset === 0 ? utc : { name: "", seconds: sign === "-" ? -offset : offset };
  return all.length;
}

function toTime(fields: Fields, value: string): GoTime {
  const { year, month, day, minute, second } = fields;
  const hour =
    fields.isAfternoon === undefined ? fields.hour : (fields.hour % 12) + (fields.isAfternoon ? 12 : 0);
  const bad = (what: string) => new GoError(`parsing time ${quoteBytes(value)}: ${what} out of range`);
  if (month < 1 || month > 12) throw bad("month");
  const last = new Date(0);
  last.setUTCFullYear(year, month, 0);
  if (day < 1 || day > last.getUTCDate()) throw bad("day");
  if (hour > 23) throw bad("hour");
  if (minute > 59) throw bad("minute");
  if (second > 59) throw bad("second");
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  date.setUTCHours(hour, minute, second);
  const seconds = BigInt(date.getTime() / 1000 - (fields.zone.seconds ?? 0));
  return new GoTime(seconds * 1_000_000_000n + BigInt(fields.nanosecond), fields.zone);
}

/** Skips the text between parts; a run of spaces fits any other run. */
function skip(layout: string, value: string, rest: string, text: string): string {
  let at = 0;
  for (const piece of text.match(/ +|[^ ]/gu) ?? []) {
    const found = piece.startsWith(" ") ? (/^ */.exec(rest.slice(at))?.[0] ?? "") : piece;
    const isMissing = piece.startsWith(" ") ? found === "" && at < rest.length : !rest.startsWith(piece, at);
    if (isMissing) throw cannot(layout, value, rest.slice(at), text);
    at += found.length;
  }
  return rest.slice(at);
}

function cannot(layout: string, value: string, rest: string, part: string): GoError {
  return new GoError(
    `parsing time ${quoteBytes(value)} as ${quoteBytes(layout)}: cannot parse ${quoteBytes(rest)} as ${quoteBytes(part)}`,
  );
}
