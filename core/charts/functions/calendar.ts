/**
 * Go's calendar over all its int64 of seconds, years to 292 thousand million, where JavaScript's ends with the year
 * 275760: Gregorian, with numbers that wrap around where Go's do. Years are counted from a March so long ago that none
 * lies before it. Source: time.go, "Computations on Times".
 */

/** What a clock and a calendar show. */
export interface Wall {
  readonly year: number;
  /** From 1. */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  /** From 0, a Sunday. */
  readonly weekday: number;
  /** From 1. */
  readonly yearDay: number;
}

const absoluteYears = 292_277_022_400n;
const secondsPerDay = 86_400n;
const daysIn400Years = 146_097n;
const marchToDecember = 306n;

/** Seconds from the year 1, which Go's times count from, to 1970. */
export const unixToInternal = (1969n * 365n + 1969n / 4n - 1969n / 100n + 1969n / 400n) * secondsPerDay;
const unixToAbsolute =
  unixToInternal + ((absoluteYears / 400n) * daysIn400Years + marchToDecember) * secondsPerDay;

/** Gives what is shown at a moment, in seconds since 1970, so many seconds east of Greenwich. */
export function wallOf(unix: bigint, offset: number): Wall {
  const absolute = BigInt.asUintN(64, unix + BigInt(offset) + unixToAbsolute);
  const days = absolute / secondsPerDay;
  const time = Number(absolute % secondsPerDay);
  const quarters = 4n * days + 3n;
  const century = quarters / daysIn400Years;
  const inCentury = Number(quarters % daysIn400Years) | 3;
  const yearOfCentury = Math.floor(inCentury / 1461);
  // Days since March, the months of which follow a rule of 153 days for each five.
  const day = Math.floor((inCentury % 1461) / 4);
  const march = Math.floor((5 * day + 461) / 153);
  const isNextYear = march > 12;
  const year = Number(century * 100n - absoluteYears) + yearOfCentury + Number(isNextYear);
  return {
    year,
    month: isNextYear ? march - 12 : march,
    day: Math.floor(((5 * day + 461) % 153) / 5) + 1,
    hour: Math.floor(time / 3600),
    minute: Math.floor((time % 3600) / 60),
    second: time % 60,
    weekday: Number((days + 3n) % 7n),
    yearDay: isNextYear ? day - 305 : day + 60 + Number(isLeapYear(year)),
  };
}

/** Gives the second since 1970 of a date's second in Greenwich; month and day may be any, as for Go's time.Date. */
export function unixOf(year: bigint, month: bigint, day: bigint, secondOfDay: number): bigint {
  const months = wrapped(month - 1n);
  const yearsMore = months < 0n ? months / 12n - (months % 12n === 0n ? 0n : 1n) : months / 12n;
  const monthOfYear = Number(months - yearsMore * 12n) + 1;
  const isBeforeMarch = monthOfYear < 3;
  const march = isBeforeMarch ? monthOfYear + 12 : monthOfYear;
  const years = BigInt.asUintN(64, year + yearsMore - BigInt(isBeforeMarch) + absoluteYears);
  const yearOfCentury = years % 100n;
  const dayOfCentury = (1461n * yearOfCentury) / 4n + BigInt(Math.floor((153 * march - 457) / 5));
  const centuryDays = BigInt.asUintN(64, daysIn400Years * (years / 100n)) / 4n;
  const days = BigInt.asUintN(64, centuryDays + wrapped(dayOfCentury + day - 1n));
  return wrapped(days * secondsPerDay + BigInt(secondOfDay) - unixToAbsolute);
}

function wrapped(value: bigint): bigint {
  return BigInt.asIntN(64, value);
}

function isLeapYear(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}
