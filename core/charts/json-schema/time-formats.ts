import { parseTime } from "../functions/time-parse.ts";
import { firstOf, messageOf, within } from "./format-check.ts";
import { quoted } from "./problems.ts";

/** A day: 2024-02-29. */
export function date(text: string): string | undefined {
  return messageOf(() => parseTime("2006-01-02", text));
}

/** A time of day with its zone: 13:05:09Z. */
export function time(text: string): string | undefined {
  if (text.length < 9) return "less than 9 characters long";
  if (text[2] !== ":" || text[5] !== ":") return "missing colon in correct place";
  const parts = text.slice(0, 8).split(":");
  if (!parts.every((part) => /^[-+]?\d+$/.test(part))) return "invalid hour/min/sec";
  const [hour = 0, minute = 0, second = 0] = parts.map(Number);
  if (hour < 0 || minute < 0 || second < 0) return "non-positive hour/min/sec";
  if (hour > 23 || minute > 59 || second > 60) return "hour/min/sec out of range";
  const fraction = /^\.(\d*)/.exec(text.slice(8));
  if (fraction?.[1] === "") return "no digits in second fraction";
  const zone = text.slice(8 + (fraction?.[0].length ?? 0));
  const offset = offsetOf(zone);
  if (typeof offset === "string") return offset;
  const minutes = (((hour * 60 + minute + offset) % 1440) + 1440) % 1440;
  return second >= 60 && minutes !== 1439 ? "invalid leap second" : undefined;
}

/** Minutes to add for universal time, or what is wrong. */
function offsetOf(zone: string): number | string {
  if (zone === "z" || zone === "Z") return 0;
  if (zone.length !== 6) return "offset must be 6 characters long";
  const sign = zone[0];
  if (sign !== "+" && sign !== "-") return "offset must begin with plus/minus";
  if (zone[3] !== ":") return "missing colon in offset in correct place";
  const parts = [zone.slice(1, 3), zone.slice(4)];
  if (!parts.every((part) => /^[-+]?\d+$/.test(part))) return "invalid hour/min in offset";
  const [hours = 0, minutes = 0] = parts.map(Number);
  if (hours < 0 || minutes < 0) return "non-positive hour/min in offset";
  if (hours > 23 || minutes > 59) return "hour/min in offset out of range";
  return (hours * 60 + minutes) * (sign === "+" ? -1 : 1);
}

/** A day and a time: 2024-02-29T13:05:09Z. */
export function dateTime(text: string): string | undefined {
  if (text.length < 20) return "less than 20 characters long";
  if (text[10] !== "t" && text[10] !== "T") return "11th character must be t or T";
  return (
    within("invalid date element: ", date(text.slice(0, 10))) ??
    within("invalid time element: ", time(text.slice(11)))
  );
}

/** A duration of ISO 8601: P1DT12H. */
export function duration(text: string): string | undefined {
  if (!text.startsWith("P")) return "must start with P";
  const rest = text.slice(1);
  if (rest === "") return "nothing after P";
  if (rest.endsWith("W")) {
    const weeks = rest.slice(0, -1);
    return firstOf([weeks === "", "no number in week"], [/\D/.test(weeks), "invalid week"]);
  }
  for (const [index, part] of rest.split("T").entries()) {
    const problem = durationPart(part, index);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function durationPart(part: string, index: number): string | undefined {
  if (index > 0 && part === "") return "no time elements";
  const all = ["YMD", "HMS"][index];
  if (all === undefined) return "more than one T";
  let units = all;
  for (let rest = part; rest !== ""; ) {
    const digits = /^\d*/.exec(rest)?.[0] ?? "";
    if (digits === "") return "missing number";
    const unit = rest[digits.length];
    if (unit === undefined) return "missing unit";
    const at = units.indexOf(unit);
    if (at < 0)
      return all.includes(unit) ? `unit ${quoted(unit)} out of order` : `invalid unit ${quoted(unit)}`;
    units = units.slice(at + 1);
    rest = rest.slice(digits.length + 1);
  }
  return undefined;
}

/** Two moments, or one and a duration: 2024-02-29T13:05:09Z/P1D. */
export function period(text: string): string | undefined {
  const slash = text.indexOf("/");
  if (slash < 0) return "missing slash";
  const [start, end] = [text.slice(0, slash), text.slice(slash + 1)];
  if (start.startsWith("P")) {
    return (
      within("invalid start duration: ", duration(start)) ?? within("invalid end date-time: ", dateTime(end))
    );
  }
  const begun = within("invalid start date-time: ", dateTime(start));
  if (begun !== undefined) return begun;
  return end.startsWith("P")
    ? within("invalid end duration: ", duration(end))
    : within("invalid end date-time: ", dateTime(end));
}
