import { byteLength, decodeBytes, encodeBytes } from "./bytes.ts";
import type { Flags } from "./format-flags.ts";
import { formatFloat } from "./numbers.ts";
import { quote } from "./quoting.ts";
import { stringerOf } from "./stringers.ts";
import { typeName } from "./types.ts";
import { Integer } from "./values.ts";

/** Complains about a verb that doesn't fit a scalar: `%!d(string=x)`. */
export function badVerb(value: string | number | boolean | Integer, verb: string): string {
  const text = value instanceof Integer ? (stringerOf(value) ?? String(value.value)) : plain(value);
  return `%!${verb}(${typeName(value)}=${text})`;
}

function plain(value: string | number | boolean): string {
  return typeof value === "number" ? formatFloat(value, "g", -1) : String(value);
}

/** Prints bytes: as text under text's verbs, else one by one. */
export function printBytes(value: Uint8Array, verb: string, flags: Flags): string {
  if ("sqxX".includes(verb)) return printString(Buffer.from(value).toString("latin1"), verb, flags, value);
  const parts = [...value].map((byte) => printInteger(new Integer(BigInt(byte), "uint8"), verb, flags));
  return flags.sharpV ? `[]byte{${parts.join(", ")}}` : `[${parts.join(" ")}]`;
}

/** Prints a text; `bytes` are what it stands for when they are no UTF-8. */
export function printString(value: string, verb: string, flags: Flags, bytes?: Uint8Array): string {
  switch (verb) {
    case "v":
      return flags.sharpV ? pad(quote(value), flags) : pad(truncate(value, flags), flags);
    case "s":
      return pad(truncate(bytes === undefined ? value : decodeBytes(bytes), flags), flags);
    case "q":
      return printQuoted(truncate(value, flags), flags);
    case "x":
    case "X":
      return printHex(bytes ?? encodeBytes(value), verb, flags);
    default:
      return badVerb(value, verb);
  }
}

function printQuoted(value: string, flags: Flags): string {
  if (flags.sharp && !/[`\p{Cc}\ufeff]/u.test(value.replaceAll("\t", ""))) return pad(`\`${value}\``, flags);
  return pad(quote(value, '"', flags.plus), flags);
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
      return badVerb(value, verb);
  }
}

function character(number: bigint): string {
  return number >= 0n && number <= 0x10ffffn ? String.fromCodePoint(Number(number)) : "\ufffd";
}

function unicode(number: bigint, flags: Flags): string {
  const text = `U+${number
    .toString(16)
    .toUpperCase()
    .padStart(Math.max(4, flags.precision ?? 4), "0")}`;
  return flags.sharp ? `${text} '${character(number)}'` : text;
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
  const prefixes: Readonly<Record<string, string>> = { b: "0b", o: "0", x: "0x", X: "0X" };
  if (verb === "X") text = text.toUpperCase();
  if (flags.sharp && !(verb === "o" && text.startsWith("0"))) text = (prefixes[verb] ?? "") + text;
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
    case "g":
    case "G":
      return float(value, verb, flags.precision ?? -1, flags);
    default:
      return badVerb(value, verb);
  }
}

function float(value: number, verb: string, precision: number, flags: Flags): string {
  let text = formatFloat(value, verb, precision);
  const signed = /^[-+]/.test(text);
  const sign = text.startsWith("-") ? "-" : flags.plus ? "+" : flags.space ? " " : "";
  if (signed) text = text.slice(1);
  if (!Number.isFinite(value))
    return pad((flags.plus && !signed ? "+" : sign || (signed ? "+" : "")) + text, { ...flags, zero: false });
  if (flags.sharp && verb !== "g" && !text.includes(".")) text = `${text}.`;
  if (flags.zero && !flags.minus && flags.width !== undefined) {
    text = text.padStart(flags.width - sign.length, "0");
  }
  return pad(sign + text, { ...flags, zero: false });
}

function truncate(value: string, flags: Flags): string {
  return flags.precision === undefined ? value : [...value].slice(0, flags.precision).join("");
}

/** Pads to the flags' width. */
export function pad(text: string, flags: Flags): string {
  if (flags.width === undefined) return text;
  const length = byteLength(text) === text.length ? text.length : [...text].length;
  const missing = flags.width - length;
  if (missing <= 0) return text;
  if (flags.minus) return text + " ".repeat(missing);
  return (flags.zero ? "0" : " ").repeat(missing) + text;
}
