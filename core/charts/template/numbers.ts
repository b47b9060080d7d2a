import { quote, unquoteCharacter } from "./quoting.ts";
import { GoError } from "./values.ts";

/** A number literal under every type that can represent it, as Go's ideal constants. */
export interface NumberLiteral {
  readonly integer: bigint | undefined;
  readonly unsigned: bigint | undefined;
  readonly float: number | undefined;
}

const maxInt64 = 2n ** 63n - 1n;
const maxUint64 = 2n ** 64n - 1n;

/** Reads a number literal of a template. Throws GoError with Go's text. */
export function parseNumberLiteral(text: string): NumberLiteral {
  if (text.startsWith("'")) {
    const code = unquoteCharacter(text);
    return { integer: BigInt(code), unsigned: BigInt(code), float: code };
  }
  const value = parseInteger(text);
  if (value !== undefined && value >= -maxInt64 - 1n && value <= maxUint64) {
    return {
      integer: value <= maxInt64 ? value : undefined,
      unsigned: value >= 0n && !text.startsWith("+") ? value : undefined,
      float: Number(value),
    };
  }
  const float = parseFloat64(text);
  if (float === undefined) throw new GoError(`illegal number syntax: ${quote(text)}`);
  if (!/[.eEpP]/.test(text)) throw new GoError(`integer overflow: ${quote(text)}`);
  const whole = Number.isInteger(float) && Math.abs(float) < 2 ** 63 ? BigInt(float) : undefined;
  return { integer: whole, unsigned: whole !== undefined && whole >= 0n ? whole : undefined, float };
}

/**
 * Reads a decimal int64 as strconv.ParseInt whose error nobody looks at: what doesn't fit is the nearest that does, even
 * where something else follows it, and any other text 0.
 */
export function nearestInteger(text: string): bigint {
  const [, sign = "", digits = "", rest = ""] = /^([-+]?)(\d*)(.*)$/s.exec(text) ?? [];
  if (digits === "") return 0n;
  const size = BigInt(digits);
  if (rest !== "" && size <= maxUint64) return 0n;
  const value = sign === "-" ? -size : size;
  return value > maxInt64 ? maxInt64 : value < -maxInt64 - 1n ? -maxInt64 - 1n : value;
}

/** Reads an integer with Go's prefixes and underscores (strconv.ParseInt with base 0), without a range check. */
export function parseInteger(text: string): bigint | undefined {
  const match =
    /^([-+]?)(?:0[xX]((?:_?[0-9a-fA-F])+)|0[bB]((?:_?[01])+)|0[oO]((?:_?[0-7])+)|0((?:_?[0-7])+)|(0|[1-9](?:_?[0-9])*))$/.exec(
      text,
    );
  if (match === null) return undefined;
  const [, sign, hex, binary, octal, oldOctal, decimal] = match;
  const digits = (hex ?? binary ?? octal ?? oldOctal ?? decimal ?? "").replaceAll("_", "");
  const prefix = hex !== undefined ? "0x" : binary !== undefined ? "0b" : decimal === undefined ? "0o" : "";
  const value = BigInt(prefix + digits);
  return sign === "-" ? -value : value;
}

/** Reads a float as Go's strconv.ParseFloat; undefined when it is none or too large for one. */
export function parseFloat64(text: string): number | undefined {
  const special = /^([-+]?)(?:(inf|infinity)|nan)$/i.exec(text);
  if (special !== null) {
    if (special[2] === undefined) return Number.NaN;
    return special[1] === "-" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  }
  const plain = text.includes("_") ? withoutUnderscores(text) : text;
  const value = /^[-+]?(\d+(?:\.\d*)?|\.\d+)([eE][-+]?\d+)?$/.test(plain)
    ? Number(plain)
    : parseHexFloat(plain);
  return value !== undefined && Number.isFinite(value) ? value : undefined;
}

/** Underscores may stand between digits, and after a prefix; with one elsewhere a text is no number. */
function withoutUnderscores(text: string): string {
  // A prefix counts as a digit; only behind that of hexadecimal numbers letters do too.
  const body = text.replace(/^[-+]/, "").replace(/^0[bBoOxX]/, "0");
  const isHex = /^[-+]?0[xX]/.test(text);
  const isWrong = isHex
    ? /(?:^|[^0-9a-fA-F])_|_(?![0-9a-fA-F])/.test(body)
    : /(?:^|[^0-9])_|_(?![0-9])/.test(body);
  return isWrong ? text : text.replaceAll("_", "");
}

function parseHexFloat(text: string): number | undefined {
  const hex = /^([-+]?)0[xX]([0-9a-fA-F]*)(?:\.([0-9a-fA-F]*))?[pP]([-+]?\d+)$/.exec(text);
  const [, sign, whole = "", fraction = "", exponent = ""] = hex ?? [];
  if (whole + fraction === "") return undefined;
  // No exponent so large brings a text of less than a million digits back.
  const power = Math.max(Math.min(Number(exponent), 1e7), -1e7) - 4 * fraction.length;
  const value = scaled(BigInt(`0x${whole}${fraction}`), power);
  return sign === "-" ? -value : value;
}

/** The float nearest to `mantissa` times a power of two; of two as near, the even one. */
function scaled(mantissa: bigint, power: number): number {
  const length = mantissa.toString(2).length;
  // A float keeps 53 digits, and fewer near its smallest.
  const dropped = Math.max(length - 53, -1074 - power);
  if (dropped <= 0) return inSteps(Number(mantissa), power);
  if (dropped > length) return 0;
  const kept = mantissa >> BigInt(dropped);
  const rest = mantissa - (kept << BigInt(dropped));
  const half = 1n << BigInt(dropped - 1);
  const isUp = rest > half || (rest === half && (kept & 1n) === 1n);
  return inSteps(Number(isUp ? kept + 1n : kept), power + dropped);
}

/** Multiplies by a power of two that may itself be no float. */
function inSteps(value: number, power: number): number {
  let result = value;
  let left = power;
  while (left !== 0 && result !== 0 && Number.isFinite(result)) {
    const step = Math.max(Math.min(left, 1000), -1000);
    result *= 2 ** step;
    left -= step;
  }
  return result;
}
