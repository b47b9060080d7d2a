import { byteLength, decodeBytes, encodeBytes } from "./bytes.ts";
import { formatFloat } from "./float-text.ts";
import type { Flags } from "./format-flags.ts";
import { isNil } from "./nil.ts";
import { isPrintable, quote } from "./quoting.ts";
import { typeName } from "./types.ts";
import { Integer } from "./values.ts";

/** Complains about a verb that doesn't fit a scalar: `%!d(string=x)`. The value keeps the verb's flags. */
export function badVerb(value: string | number | boolean | Integer, verb: string, flags: Flags): string {
  return `%!${verb}(${typeName(value)}=${plainScalar(value, flags)})`;
}

/** Prints a scalar with %v, without what its String method gives. */
function plainScalar(value: string | number | boolean | Integer, flags: Flags): string {
  switch (typeof value) {
    case "string":
      return printString(value, "v", flags);
    case "number":
      return printFloat(value, "v", flags);
    case "boolean":
      return pad(String(value), flags);
  }
  return printInteger(value, "v", flags);
}

/** Prints bytes: as text under text's verbs, else one by one. `depth` says how deep they lie in what is printed. */
export function printBytes(value: Uint8Array, verb: string, flags: Flags, depth: number): string {
  if ("sqxX".includes(verb)) return printString(decodeBytes(value), verb, flags);
  const each = depth === 0 && verb === "v" && !flags.sharpV ? "d" : verb;
  const parts = [...value].map((byte) => printInteger(new Integer(BigInt(byte), "uint8"), each, flags));
  const type = depth === 0 ? "[]byte" : "[]uint8";
  if (flags.sharpV && isNil(value)) return `${type}(nil)`;
  return flags.sharpV ? `${type}{${parts.join(", ")}}` : `[${parts.join(" ")}]`;
}

/** Prints a text. */
export function printString(value: string, verb: string, flags: Flags): string {
  switch (verb) {
    case "v":
      return flags.sharpV ? printQuoted(value, flags) : pad(truncate(value, flags), flags);
    case "s":
      return pad(truncate(value, flags), flags);
    case "q":
      return printQuoted(value, flags);
    case "x":
    case "X":
      return printHex(encodeBytes(value), verb, flags);
    default:
      return badVerb(value, verb, flags);
  }
}

function printQuoted(value: string, flags: Flags): string {
  const text = truncate(value, flags);
  if (flags.sharp && canBackquote(text)) return pad(`\`${text}\``, flags);
  return pad(quote(text, '"', flags.plus), flags);
}

/** Whether a raw literal can stand for a text (strconv.CanBackquote). */
export function canBackquote(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what a raw literal can't have.
  return text.isWellFormed() && !/[\x00-\x08\x0a-\x1f\x7f`\ufeff]/.test(text);
}

function printHex(bytes: Uint8Array, verb: string, flags: Flags): string {
  const cut = flags.precision === undefined ? bytes : bytes.subarray(0, flags.precision);
  const digits = [...cut].map((byte) => byte.toString(16).padStart(2, "0"));
  const prefix = flags.sharp && digits.length > 0 ? "0x" : "";
  const text = flags.space ? digits.map((pair) => prefix + pair).join(" ") : prefix + digits.join("");
  return pad(verb === "X" ? text.toUpperCase() : text, flags);
}

/** Prints an integer. */
export function printInteger(value: Integer, verb: string, flags: Flags): string {
  const number = value.value;
  switch (verb) {
    case "v":
      if (flags.sharpV && value.isUnsigned) return digits(number, 16, "x", { ...flags, sharp: true });
      return digits(number, 10, verb, flags);
    case "d":
      return digits(number, 10, verb, flags);
    case "b":
      return digits(number, 2, verb, flags);
    case "o":
    case "O":
      return digits(number, 8, verb, flags);
    case "x":
    case "X":
      return digits(number, 16, verb, flags);
    case "c":
      return pad(character(number), flags);
    case "q":
      return pad(quote(character(number), "'", flags.plus), flags);
    case "U":
      return pad(unicode(number, flags), { ...flags, zero: false });
    default:
      return badVerb(value, verb, flags);
  }
}

function character(number: bigint): string {
  if (number < 0n || number > 0x10ffffn) return "\ufffd";
  return String.fromCodePoint(Number(number)).toWellFormed();
}

function unicode(number: bigint, flags: Flags): string {
  const code = BigInt.asUintN(64, number);
  const hex = code.toString(16).toUpperCase();
  const text = `U+${hex.padStart(Math.max(4, flags.precision ?? 4), "0")}`;
  const shows = flags.sharp && code <= 0x10ffffn && isPrintable(character(code));
  return shows ? `${text} '${character(code)}'` : text;
}

function digits(number: bigint, base: number, verb: string, flags: Flags): string {
  const negative = number < 0n;
  let text = (negative ? -number : number).toString(base);
  if (flags.precision !== undefined) {
    if (flags.precision === 0 && number === 0n) return pad("", { ...flags, zero: false });
    text = text.padStart(flags.precision, "0");
  } else if (flags.zero && !flags.minus && flags.width !== undefined) {
    const room = negative || flags.plus || flags.space ? flags.width - 1 : flags.width;
    text = text.padStart(room, "0");
  }
  const prefixes: Readonly<Record<string, string>> = { b: "0b", o: "0", O: "0", x: "0x", X: "0X" };
  if (verb === "X") text = text.toUpperCase();
  if (flags.sharp && !(base === 8 && text.startsWith("0"))) text = (prefixes[verb] ?? "") + text;
  if (verb === "O") text = `0o${text}`;
  return pad(`${negative ? "-" : flags.plus ? "+" : flags.space ? " " : ""}${text}`, {
    ...flags,
    zero: false,
  });
}

/** Prints a float64. */
export function printFloat(value: number, verb: string, flags: Flags): string {
  switch (verb) {
    case "v":
      return float(value, "g", flags.precision ?? -1, flags);
    case "e":
    case "E":
    case "f":
    case "F":
      return float(value, verb, flags.precision ?? 6, flags);
    case "b":
    case "g":
    case "G":
    case "x":
    case "X":
      return float(value, verb, flags.precision ?? -1, flags);
    default:
      return badVerb(value, verb, flags);
  }
}

function float(value: number, verb: string, precision: number, flags: Flags): string {
  const text = formatFloat(value, verb, precision);
  const isSigned = /^[-+]/.test(text);
  const plus = flags.space && !flags.plus ? " " : "+";
  const sign = text.startsWith("-") ? "-" : plus;
  const size = isSigned ? text.slice(1) : text;
  if (!Number.isFinite(value)) {
    const showsSign = !Number.isNaN(value) || flags.space || flags.plus;
    return pad((showsSign ? sign : "") + size, { ...flags, zero: false });
  }
  const number = flags.sharp && verb !== "b" ? withPoint(size, verb, precision) : size;
  if (!flags.plus && sign === "+") return pad(number, flags);
  const zeros = flags.zero && !flags.minus && flags.width !== undefined ? flags.width - 1 : 0;
  return pad(sign + number.padStart(zeros, "0"), { ...flags, zero: false });
}

/** What the flag # adds to a float: a point, and for some verbs the zeros that stand for its precision. */
function withPoint(text: string, verb: string, precision: number): string {
  let missing = "gGx".includes(verb) ? (precision === -1 ? 6 : precision) : 0;
  const [, number = "", tail = ""] =
    (/x/i.test(verb) ? /^(.*?)(p.*)?$/i : /^(.*?)([ep].*)?$/i).exec(text) ?? [];
  let sawNonzero = false;
  for (const character of number) {
    if (character === ".") continue;
    sawNonzero ||= character !== "0";
    if (sawNonzero) missing--;
  }
  const point = number.includes(".") ? "" : ".";
  if (point !== "" && number === "0") missing--;
  return number + point + "0".repeat(Math.max(missing, 0)) + tail;
}

function truncate(value: string, flags: Flags): string {
  return flags.precision === undefined ? value : [...value].slice(0, flags.precision).join("");
}

/** Pads to the flags' width. */
export function pad(text: string, flags: Flags): string {
  if (flags.width === undefined || flags.width === 0) return text;
  const length = byteLength(text) === text.length ? text.length : [...text].length;
  const missing = flags.width - length;
  if (missing <= 0) return text;
  if (flags.minus) return text + " ".repeat(missing);
  return (flags.zero ? "0" : " ").repeat(missing) + text;
}
