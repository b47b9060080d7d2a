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

/** Reads a float as Go's strconv.ParseFloat; undefined when it is none. */
export function parseFloat64(text: string): number | undefined {
  if (/^[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?$/.test(text)) return Number(text);
  const special = /^([-+]?)(inf|infinity|nan)$/i.exec(text);
  if (special !== null) {
    if (special[2]?.toLowerCase() === "nan") return Number.NaN;
    return special[1] === "-" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  }
  const hex = /^([-+]?)0[xX]([0-9a-fA-F]*)\.?([0-9a-fA-F]*)[pP]([-+]?\d+)$/.exec(text);
  if (hex === null || `${hex[2]}${hex[3]}` === "") return undefined;
  const [, sign, whole = "", fraction = "", exponent] = hex;
  const value = Number.parseInt(whole + fraction, 16) * 2 ** (Number(exponent) - 4 * fraction.length);
  return sign === "-" ? -value : value;
}

/**
 * Prints a float as Go's strconv.FormatFloat(value, verb, precision, 64); precision -1 is the shortest text
 * that reads back as the same number.
 */
export function formatFloat(value: number, verb: string, precision: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "+Inf" : "-Inf";
  switch (verb) {
    case "e":
    case "E":
      return cased(
        goExponent(precision < 0 ? value.toExponential() : toExponential(value, precision), value),
        verb,
      );
    case "f":
    case "F":
      return precision < 0 ? shortestFixed(value) : toFixed(value, precision);
    default:
      return cased(general(value, precision), verb);
  }
}

function general(value: number, precision: number): string {
  const shortest = precision < 0;
  const digitsWanted = precision === 0 ? 1 : precision;
  const text = shortest ? value.toExponential() : toExponential(value, digitsWanted - 1);
  const [mantissa = "0", exponentText = "0"] = text.split("e");
  const exponent = Number(exponentText);
  const digits = mantissa.replace(/[-.]/g, "").replace(/0+$/, "") || "0";
  const trimmed = `${digits[0]}${digits.length > 1 ? `.${digits.slice(1)}` : ""}`;
  const sign = value < 0 || Object.is(value, -0) ? "-" : "";
  const limit = shortest
    ? 6
    : digitsWanted > digits.length && digits.length >= exponent + 1
      ? digits.length
      : digitsWanted;
  if (exponent < -4 || exponent >= limit) return goExponent(`${sign}${trimmed}e${exponent}`, value);
  return sign + plain(digits, exponent);
}

/** Writes digits d.ddd × 10^exponent without an exponent. */
function plain(digits: string, exponent: number): string {
  if (exponent < 0) return `0.${"0".repeat(-exponent - 1)}${digits}`;
  if (digits.length <= exponent + 1) return digits + "0".repeat(exponent + 1 - digits.length);
  return `${digits.slice(0, exponent + 1)}.${digits.slice(exponent + 1)}`;
}

function shortestFixed(value: number): string {
  const [mantissa = "0", exponent = "0"] = value.toExponential().split("e");
  const sign = value < 0 || Object.is(value, -0) ? "-" : "";
  return sign + plain(mantissa.replace(/[-.]/g, ""), Number(exponent));
}

/** Gives the exponent Go's form: a sign and at least two digits. */
function goExponent(text: string, value: number): string {
  const [mantissa = "0", exponent = "0"] = text.split("e");
  const amount = Math.abs(Number(exponent));
  const sign = Object.is(value, -0) && !mantissa.startsWith("-") ? "-" : "";
  return `${sign}${mantissa}e${Number(exponent) < 0 ? "-" : "+"}${amount < 10 ? "0" : ""}${amount}`;
}

function cased(text: string, verb: string): string {
  return verb === "E" || verb === "G" ? text.toUpperCase() : text;
}

/** Number.prototype.toFixed, which is exact up to 100 digits but gives up above 1e21. */
function toFixed(value: number, precision: number): string {
  const sign = Object.is(value, -0) ? "-" : "";
  if (Math.abs(value) < 1e21) return sign + roundHalfEven(value, precision);
  const digits = BigInt(value).toString();
  return precision > 0 ? `${digits}.${"0".repeat(precision)}` : digits;
}

function toExponential(value: number, precision: number): string {
  const text = value.toExponential(Math.min(precision, 100));
  return fixTie(value, text, (candidate) => candidate.toExponential(Math.min(precision, 100)));
}

function roundHalfEven(value: number, precision: number): string {
  const text = value.toFixed(Math.min(precision, 100));
  return fixTie(value, text, (candidate) => candidate.toFixed(Math.min(precision, 100)));
}

/**
 * JavaScript rounds an exact tie away from zero, Go to the even digit (0.5 → "0", 2.5 → "2"). On a tie with
 * an odd last digit the neighbour below is the answer.
 */
function fixTie(value: number, text: string, print: (value: number) => string): string {
  const last = text.split("e")[0]?.at(-1) ?? "0";
  if (Number(last) % 2 === 0) return text;
  const below = print(value - value * Number.EPSILON);
  if (below === text || !isTie(value, text, below)) return text;
  return below;
}

function isTie(value: number, above: string, below: string): boolean {
  return Number(above) - value === value - Number(below) && Number(above) !== value;
}
