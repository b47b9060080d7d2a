import { GoError } from "../template/values.ts";
import { quoteBytes } from "./quote-bytes.ts";

const units: ReadonlyMap<string, bigint> = new Map([
  ["ns", 1n],
  ["us", 1000n],
  ["µs", 1000n],
  ["μs", 1000n],
  ["ms", 1_000_000n],
  ["s", 1_000_000_000n],
  ["m", 60_000_000_000n],
  ["h", 3_600_000_000_000n],
]);

const limit = 2n ** 63n;

/** Reads a Go duration to nanoseconds; undefined when it is none or doesn't fit 64 bits. */
export function parseDuration(text: string): bigint | undefined {
  try {
    return readDuration(text);
  } catch (error) {
    if (error instanceof GoError) return undefined;
    throw error;
  }
}

/** Reads a Go duration to nanoseconds. Throws GoError with the text of time.ParseDuration. */
export function readDuration(text: string): bigint {
  const fail = (problem: string) => new GoError(`time: ${problem} ${quoteBytes(text)}`);
  const isNegative = text.startsWith("-");
  let rest = text.replace(/^[-+]/, "");
  if (rest === "0") return 0n;
  if (rest === "") throw fail("invalid duration");
  let total = 0n;
  while (rest !== "") {
    const [number = "", whole = "", fraction] = /^(\d*)(?:\.(\d*))?/.exec(rest) ?? [];
    if (whole === "" && (fraction ?? "") === "") throw fail("invalid duration");
    if (BigInt(whole || "0") > limit) throw fail("invalid duration");
    rest = rest.slice(number.length);
    const unit = /^[^.\d]*/.exec(rest)?.[0] ?? "";
    if (unit === "") throw fail("missing unit in duration");
    const size = units.get(unit);
    if (size === undefined) throw fail(`unknown unit ${quoteBytes(unit)} in duration`);
    rest = rest.slice(unit.length);
    total += BigInt(whole || "0") * size + fractionOf(fraction ?? "", size);
    if (total > limit) throw fail("invalid duration");
  }
  if (isNegative) return -total;
  if (total === limit) throw fail("invalid duration");
  return total;
}

/** Go keeps the fraction of a unit as a float. */
function fractionOf(digits: string, size: bigint): bigint {
  let value = 0n;
  let scale = 1;
  for (const digit of digits) {
    const next = value * 10n + BigInt(digit);
    if (value > (limit - 1n) / 10n || next > limit) break;
    value = next;
    scale *= 10;
  }
  return BigInt(Math.trunc(Number(value) * (Number(size) / scale)));
}

/** Gives nanoseconds in units, as Go does: the whole ones and the rest apart, which rounds in its own way. */
export function inUnits(nanoseconds: bigint, unit: "s" | "m" | "h"): number {
  const size = units.get(unit) ?? 1n;
  return Number(nanoseconds / size) + Number(nanoseconds % size) / Number(size);
}

/** Prints nanoseconds as Go prints a duration: `1h30m0s`, `1.5s`, `250ms`. */
export function formatDuration(nanoseconds: bigint): string {
  if (nanoseconds === 0n) return "0s";
  const sign = nanoseconds < 0n ? "-" : "";
  const size = nanoseconds < 0n ? -nanoseconds : nanoseconds;
  if (size < 1000n) return `${sign}${size}ns`;
  if (size < 1_000_000n) return `${sign}${decimal(size, 3)}µs`;
  if (size < 1_000_000_000n) return `${sign}${decimal(size, 6)}ms`;
  const seconds = size % 60_000_000_000n;
  const minutes = (size / 60_000_000_000n) % 60n;
  const hours = size / 3_600_000_000_000n;
  const tail = `${decimal(seconds, 9)}s`;
  if (hours > 0n) return `${sign}${hours}h${minutes}m${tail}`;
  return minutes > 0n ? `${sign}${minutes}m${tail}` : `${sign}${tail}`;
}

function decimal(value: bigint, places: number): string {
  const scale = 10n ** BigInt(places);
  const fraction = (value % scale).toString().padStart(places, "0").replace(/0+$/, "");
  return `${value / scale}${fraction === "" ? "" : `.${fraction}`}`;
}
