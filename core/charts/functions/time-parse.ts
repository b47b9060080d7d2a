import { byteLength, sliceBytes } from "../template/bytes.ts";
import { GoError } from "../template/values.ts";
import { quoteBytes } from "./quote-bytes.ts";
import { GoTime } from "./time.ts";
import { dayNames, layoutParts, monthNames } from "./time-format.ts";
import { fixedZone, local, utc, type Zone } from "./time-zone.ts";

/** Reads a time by a layout, in UTC where it names no zone. Throws GoError with the text of Go's time.Parse. */
export function parseTime(layout: string, value: string): GoTime {
  return new TimeReader(layout, value).read();
}

/** What doesn't fit its part of the layout; the reader makes an error of it. */
class Misfit extends Error {}

/** A part that was read and lies outside of what there is. */
class OutOfRange extends Error {}

/** Go looks at what has three characters at least. */
const zones =
  /^(?=[\s\S]{3})(?:ChST|MeST|GMT(?:[-+](?:0*(?:1?\d|2[0-3]))(?!\d))?|[-+]0*(?:1?\d|2[0-3])(?!\d)|WITA(?![A-Z])|[A-Z]{4}(?<=T)(?![A-Z])|[A-Z]{5}(?<=T)(?![A-Z])|[A-Z]{3}(?![A-Z]))/;

/** Reads the parts of a value in the order in which the layout has them. */
class TimeReader {
  readonly #layout: string;
  readonly #value: string;
  #rest: string;
  #year = 0;
  #month: number | undefined;
  #day: number | undefined;
  #yearDay: number | undefined;
  #hour = 0;
  #minute = 0;
  #second = 0;
  #nanosecond = 0;
  #half: "am" | "pm" | undefined;
  #isUtc = false;
  #offset: number | undefined;
  #zoneName = "";

  constructor(layout: string, value: string) {
    this.#layout = layout;
    this.#value = value;
    this.#rest = value;
  }

  read(): GoTime {
    const parts = layoutParts(this.#layout);
    for (const [index, { text, isPart }] of parts.entries()) {
      if (isPart) this.#part(text, parts[index + 1]?.text ?? "");
      else this.#skip(text);
    }
    if (this.#rest !== "") throw this.#problem(`: extra text: ${quoteBytes(this.#rest)}`);
    if (this.#half === "pm" && this.#hour < 12) this.#hour += 12;
    if (this.#half === "am" && this.#hour === 12) this.#hour = 0;
    if (this.#yearDay !== undefined) this.#fromYearDay(this.#yearDay);
    return this.#toTime();
  }

  #part(part: string, next: string): void {
    const before = this.#rest;
    try {
      this.#readPart(part, next);
    } catch (error) {
      if (error instanceof OutOfRange) throw this.#problem(`: ${error.message} out of range`);
      if (error instanceof Misfit) throw this.#cannot(before, part);
      throw error;
    }
  }

  #readPart(part: string, next: string): void {
    switch (part) {
      case "06": {
        const year = Number(this.#take(/^(?:[-+]\d|\d\d)/));
        this.#year = year >= 69 ? year + 1900 : year + 2000;
        return;
      }
      case "2006":
        this.#year = Number(this.#take(/^\d{4}/));
        return;
      case "Jan":
      case "January":
        this.#month = this.#name(monthNames, part) + 1;
        return;
      case "Mon":
      case "Monday":
        this.#name(dayNames, part);
        return;
      case "1":
      case "01":
        this.#month = this.#number(part === "01", "month", 1, 12);
        return;
      case "2":
      case "_2":
      case "02":
        if (part === "_2") this.#rest = this.#rest.replace(/^ /, "");
        this.#day = this.#number(part === "02", "day", 0, 99);
        return;
      case "__2":
      case "002":
        if (part === "__2") this.#rest = this.#rest.replace(/^ {1,2}/, "");
        this.#yearDay = Number(this.#take(part === "002" ? /^\d{3}/ : /^\d{1,3}/));
        return;
      default:
        this.#readClock(part, next);
    }
  }

  #readClock(part: string, next: string): void {
    switch (part) {
      case "15":
        this.#hour = this.#number(false, "hour", 0, 23);
        return;
      case "3":
      case "03":
        this.#hour = this.#number(part === "03", "hour", 0, 12);
        return;
      case "4":
      case "04":
        this.#minute = this.#number(part === "04", "minute", 0, 59);
        return;
      case "5":
      case "05":
        this.#second = this.#number(part === "05", "second", 0, 59);
        // A fraction may follow the seconds though the layout has none.
        if (!/^[.,][09]/.test(next)) this.#optionalFraction();
        return;
      case "PM":
      case "pm": {
        const text = this.#take(/^[APap][Mm]/);
        if (text !== part && text !== part.replace(/^[Pp]/, (p) => (p === "P" ? "A" : "a")))
          throw new Misfit();
        this.#half = text.toLowerCase() as "am" | "pm";
        return;
      }
      case "MST":
        if (this.#rest.startsWith("UTC")) {
          this.#rest = this.#rest.slice(3);
          this.#isUtc = true;
        } else this.#zoneName = this.#take(zones);
        return;
      default:
        if (/^[.,]0/.test(part)) this.#fraction((part.length - 1) & 0xfff);
        else if (/^[.,]/.test(part)) this.#optionalFraction();
        else this.#readOffset(part);
    }
  }

  #take(pattern: RegExp): string {
    const found = pattern.exec(this.#rest)?.[0];
    if (found === undefined) throw new Misfit();
    this.#rest = this.#rest.slice(found.length);
    return found;
  }

  #number(isFixed: boolean, name: string, least: number, most: number): number {
    const number = Number(this.#take(isFixed ? /^\d\d/ : /^\d\d?/));
    if (number < least || number > most) throw new OutOfRange(name);
    return number;
  }

  #name(names: readonly string[], part: string): number {
    const start = this.#rest.toLowerCase();
    const short = part.length === 3 ? names.map((name) => name.slice(0, 3)) : names;
    const index = short.findIndex((name) => start.startsWith(name.toLowerCase()));
    if (index < 0) throw new Misfit();
    this.#rest = this.#rest.slice(short[index]?.length ?? 0);
    return index;
  }

  #optionalFraction(): void {
    const pattern = /^[.,]\d+/;
    if (!pattern.test(this.#rest)) return;
    this.#nanosecond = Number(this.#take(pattern).slice(1, 10).padEnd(9, "0"));
  }

  /** Reads a fraction of so many digits: a sign may be one of them, and whatever follows nine counts for nothing. */
  #fraction(count: number): void {
    const rest = this.#rest;
    const [, sign = "", digits = ""] = /^[.,]([-+]?)(\d*)$/.exec(rest.slice(0, 1 + Math.min(count, 9))) ?? [];
    const length = byteLength(rest);
    if (length <= count || !/^[.,]/.test(rest) || sign.length + digits.length < Math.min(count, 9)) {
      throw new Misfit();
    }
    const value = Number(digits) * 10 ** (9 - Math.min(count, 9));
    if (sign === "-" && value > 0) throw new OutOfRange("fractional second");
    this.#nanosecond = value;
    this.#rest = sliceBytes(rest, 1 + count, length);
  }

  #readOffset(part: string): void {
    if (part.startsWith("Z") && this.#rest.startsWith("Z")) {
      this.#rest = this.#rest.slice(1);
      this.#isUtc = true;
      return;
    }
    const colon = part.includes(":") ? ":" : "";
    const count = part.replace(/\D/g, "").length / 2;
    const shape = new RegExp(`^(.)(..)${`${colon}(..)`.repeat(count - 1)}`, "s");
    const [, sign = "", ...pairs] = shape.exec(this.#rest) ?? [];
    if (sign === "") throw new Misfit();
    this.#take(shape);
    const bad = pairs.findIndex((pair) => !/^\d\d$/.test(pair));
    const [hours = 0, minutes = 0, seconds = 0] = (bad < 0 ? pairs : pairs.slice(0, bad)).map(Number);
    // Go looks at the size before it looks at the sign and at what is no number, and names the last that is too large.
    if (seconds > 60) throw new OutOfRange("time zone offset second");
    if (minutes > 60) throw new OutOfRange("time zone offset minute");
    if (hours > 24) throw new OutOfRange("time zone offset hour");
    if (bad >= 0 || !/[-+]/.test(sign)) throw new Misfit();
    const offset = (hours * 60 + minutes) * 60 + seconds;
    this.#offset = sign === "-" ? -offset : offset;
  }

  /** Skips the text between parts; a run of spaces fits any other run, and none at the end. */
  #skip(text: string): void {
    let prefix = text;
    while (prefix !== "") {
      const isSpace = prefix.startsWith(" ");
      const fits = isSpace ? this.#rest === "" || this.#rest.startsWith(" ") : this.#rest[0] === prefix[0];
      if (!fits) throw this.#cannot(this.#rest, text);
      prefix = isSpace ? prefix.replace(/^ +/, "") : prefix.slice(1);
      this.#rest = isSpace ? this.#rest.replace(/^ +/, "") : this.#rest.slice(1);
    }
  }

  #fromYearDay(yearDay: number): void {
    const isLeap = lastDay(this.#year, 2) === 29;
    if (yearDay < 1 || yearDay > (isLeap ? 366 : 365)) throw this.#problem(": day-of-year out of range");
    const date = new Date(0);
    date.setUTCFullYear(this.#year, 0, yearDay);
    const month = date.getUTCMonth() + 1;
    const day = date.getUTCDate();
    if (this.#month !== undefined && this.#month !== month)
      throw this.#problem(": day-of-year does not match month");
    if (this.#day !== undefined && this.#day !== day) throw this.#problem(": day-of-year does not match day");
    this.#month = month;
    this.#day = day;
  }

  #toTime(): GoTime {
    const month = this.#month ?? 1;
    const day = this.#day ?? 1;
    if (day < 1 || day > lastDay(this.#year, month)) throw this.#problem(": day out of range");
    const date = new Date(0);
    date.setUTCFullYear(this.#year, month - 1, day);
    date.setUTCHours(this.#hour, this.#minute, this.#second);
    const { zone, offset } = this.#zone();
    const seconds = BigInt(date.getTime() / 1000 - offset);
    return new GoTime(seconds * 1_000_000_000n + BigInt(this.#nanosecond), zone);
  }

  /** The zone, and by how much the clock read is ahead of UTC: not at all in one known by its name alone. */
  #zone(): { zone: Zone; offset: number } {
    const name = this.#zoneName;
    if (this.#isUtc) return { zone: utc, offset: 0 };
    if (this.#offset !== undefined) {
      const isLocal = this.#offset === 0 && name === "";
      return { zone: isLocal ? local : fixedZone(name, this.#offset), offset: this.#offset };
    }
    if (name === "") return { zone: local, offset: 0 };
    const hours = name.startsWith("GMT") && name.length > 3 ? Number(name.slice(3)) : 0;
    return { zone: fixedZone(name, hours * 3600), offset: 0 };
  }

  #cannot(rest: string, part: string): GoError {
    const value = quoteBytes(this.#value);
    const layout = quoteBytes(this.#layout);
    return new GoError(
      `parsing time ${value} as ${layout}: cannot parse ${quoteBytes(rest)} as ${quoteBytes(part)}`,
    );
  }

  #problem(what: string): GoError {
    return new GoError(`parsing time ${quoteBytes(this.#value)}${what}`);
  }
}

function lastDay(year: number, month: number): number {
  const last = new Date(0);
  last.setUTCFullYear(year, month, 0);
  return last.getUTCDate();
}
