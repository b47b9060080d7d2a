import { byteLength, compareText, decodeBytes, encodeBytes } from "./bytes.ts";
import { formatFloat } from "./numbers.ts";
import { quote } from "./quoting.ts";
import { typeName } from "./types.ts";
import { GoObject, Integer, type Value } from "./values.ts";

interface Flags {
  minus: boolean;
  plus: boolean;
  sharp: boolean;
  space: boolean;
  zero: boolean;
  plusV: boolean;
  sharpV: boolean;
  width: number | undefined;
  precision: number | undefined;
}

const noFlags: Flags = {
  minus: false,
  plus: false,
  sharp: false,
  space: false,
  zero: false,
  plusV: false,
  sharpV: false,
  width: undefined,
  precision: undefined,
};

/** Widths and precisions past this are refused, as Go does. */
const numberLimit = 1_000_000;

/** Prints as Go's fmt.Sprint: spaces only between two operands of which neither is a string. */
export function sprint(values: readonly Value[]): string {
  if (values.length === 1) return formatValue(values[0]);
  let text = "";
  let afterString = false;
  values.forEach((value, index) => {
    const isString = typeof value === "string";
    if (index > 0 && !isString && !afterString) text += " ";
    text += formatValue(value);
    afterString = isString;
  });
  return text;
}

/** Prints as Go's fmt.Sprintln. */
export function sprintln(values: readonly Value[]): string {
  return `${values.map(formatValue).join(" ")}\n`;
}

/** Prints one value with %v. */
export function formatValue(value: Value): string {
  switch (typeof value) {
    case "string":
      return value;
    case "number":
      return formatFloat(value, "g", -1);
    case "boolean":
      return value ? "true" : "false";
  }
  return print(value, "v", noFlags, 0);
}

/** Prints as Go's fmt.Sprintf, the %!verb complaints included. */
export function sprintf(format: string, values: readonly Value[]): string {
  const printer = new Printer(format, values);
  return printer.run();
}

class Printer {
  readonly #format: string;
  readonly #values: readonly Value[];
  #at = 0;
  #argument = 0;
  #reordered = false;
  #goodNumber = true;
  #afterIndex = false;
  #text = "";

  constructor(format: string, values: readonly Value[]) {
    this.#format = format;
    this.#values = values;
  }

  run(): string {
    while (this.#at < this.#format.length) {
      const percent = this.#format.indexOf("%", this.#at);
      if (percent < 0) {
        this.#text += this.#format.slice(this.#at);
        break;
      }
      this.#text += this.#format.slice(this.#at, percent);
      this.#at = percent + 1;
      if (!this.#verb()) break;
    }
    return this.#text + this.#extra();
  }

  /** Prints one verb; false when the format ended before it. */
  #verb(): boolean {
    this.#goodNumber = true;
    this.#afterIndex = false;
    const flags = this.#flags();
    this.#index();
    this.#width(flags);
    this.#precision(flags);
    if (!this.#afterIndex) this.#index();
    const verb = String.fromCodePoint(this.#format.codePointAt(this.#at) ?? 0);
    if (this.#at >= this.#format.length) {
      this.#text += "%!(NOVERB)";
      return false;
    }
    this.#at += verb.length;
    if (verb === "%") this.#text += "%";
    else if (!this.#goodNumber) this.#text += `%!${verb}(BADINDEX)`;
    else if (this.#argument >= this.#values.length) this.#text += `%!${verb}(MISSING)`;
    else this.#text += print(this.#values[this.#argument++], verb, goSyntax(flags, verb), 0);
    return true;
  }

  #flags(): Flags {
    const flags = { ...noFlags };
    for (; ; this.#at++) {
      const character = this.#format[this.#at];
      if (character === "#") flags.sharp = true;
      else if (character === "0") flags.zero = true;
      else if (character === "+") flags.plus = true;
      else if (character === "-") flags.minus = true;
      else if (character === " ") flags.space = true;
      else return flags;
    }
  }

  #index(): void {
    if (this.#format[this.#at] !== "[") return;
    this.#reordered = true;
    const close = this.#format.indexOf("]", this.#at);
    const inner = close < 0 ? undefined : this.#format.slice(this.#at + 1, close);
    this.#at = close < 0 ? this.#at + 1 : close + 1;
    const number = inner !== undefined && /^\d{1,6}$/.test(inner) ? Number(inner) : 0;
    this.#afterIndex = number > 0;
    if (number >= 1 && number <= this.#values.length) this.#argument = number - 1;
    else this.#goodNumber = false;
  }

  #width(flags: Flags): void {
    if (this.#format[this.#at] === "*") {
      this.#at++;
      const width = this.#integerArgument();
      if (width === undefined) this.#text += "%!(BADWIDTH)";
      else {
        flags.width = Math.abs(width);
        if (width < 0) flags.minus = true;
        if (width < 0) flags.zero = false;
      }
      this.#afterIndex = false;
      return;
    }
    flags.width = this.#number();
    if (this.#afterIndex && flags.width !== undefined) this.#goodNumber = false;
  }

  #precision(flags: Flags): void {
    if (this.#format[this.#at] !== "." || this.#at + 1 >= this.#format.length) return;
    this.#at++;
    if (this.#afterIndex) this.#goodNumber = false;
    this.#index();
    if (this.#format[this.#at] === "*") {
      this.#at++;
      const precision = this.#integerArgument();
      if (precision === undefined || precision < 0) this.#text += "%!(BADPREC)";
      else flags.precision = precision;
      this.#afterIndex = false;
      return;
    }
    flags.precision = this.#number() ?? 0;
  }

  #number(): number | undefined {
    const start = this.#at;
    while (/\d/.test(this.#format[this.#at] ?? "")) this.#at++;
    if (this.#at === start) return undefined;
    const number = Number(this.#format.slice(start, this.#at));
    return number > numberLimit ? undefined : number;
  }

  #integerArgument(): number | undefined {
    const value = this.#values[this.#argument];
    if (this.#argument < this.#values.length) this.#argument++;
    if (!(value instanceof Integer)) return undefined;
    const number = Number(value.value);
    return Math.abs(number) > numberLimit ? undefined : number;
  }

  #extra(): string {
    if (this.#reordered || this.#argument >= this.#values.length) return "";
    const rest = this.#values.slice(this.#argument).map((value) => describe(value));
    return `%!(EXTRA ${rest.join(", ")})`;
  }
}

function goSyntax(flags: Flags, verb: string): Flags {
  if (verb !== "v") return flags;
  return { ...flags, sharpV: flags.sharp, sharp: false, plusV: flags.plus, plus: false };
}

/** `type=value`, as complaints name an operand. */
function describe(value: Value): string {
  return value === null || value === undefined ? "<nil>" : `${typeName(value)}=${formatValue(value)}`;
}

function badVerb(value: Value, verb: string): string {
  return `%!${verb}(${describe(value)})`;
}

function print(value: Value, verb: string, flags: Flags, depth: number): string {
  if (value === null || value === undefined) {
    return verb === "v" || verb === "T" ? pad("<nil>", flags) : `%!${verb}(<nil>)`;
  }
  if (verb === "T" && depth === 0) return pad(typeName(value), flags);
  if (typeof value === "string") return printString(value, verb, flags);
  if (typeof value === "boolean") {
    return verb === "t" || verb === "v" ? pad(String(value), flags) : badVerb(value, verb);
  }
  if (typeof value === "number") return printFloat(value, verb, flags);
  const text = printedByMethod(value, verb, flags);
  if (text !== undefined) return printString(text, verb, flags);
  if (value instanceof Integer) return printInteger(value, verb, flags);
  if (value instanceof Uint8Array) return printBytes(value, verb, flags);
  if (value instanceof Map) return printMap(value, verb, flags, depth);
  if (value instanceof GoObject) return printStruct(value, verb, flags, depth);
  return printList(value, value, verb, flags, depth);
}

/** What the value's String method gives, where the verb asks for text. */
function printedByMethod(value: Value, verb: string, flags: Flags): string | undefined {
  if (flags.sharpV || !"vsxXq".includes(verb)) return undefined;
  if (value instanceof GoObject) return value.print();
  return value instanceof Integer ? stringerOf(value) : undefined;
}

/** Set by durations.ts and dates, which know how the named integers print themselves. */
const stringers = new Map<string, (value: bigint) => string>();

/** Registers how an integer type with a String method prints. */
export function registerStringer(type: string, print: (value: bigint) => string): void {
  stringers.set(type, print);
}

/** What an integer's String method gives, where its type has one. */
export function stringerOf(value: Integer): string | undefined {
  return stringers.get(value.type)?.(value.value);
}

function printMap(value: Map<string, Value>, verb: string, flags: Flags, depth: number): string {
  const parts = [...value.keys()]
    .sort(compareText)
    .map((key) => `${print(key, verb, flags, depth + 1)}:${print(value.get(key), verb, flags, depth + 1)}`);
  if (flags.sharpV) return `${typeName(value)}{${parts.join(", ")}}`;
  return `map[${parts.join(" ")}]`;
}

function printList(value: Value, items: readonly Value[], verb: string, flags: Flags, depth: number): string {
  const parts = items.map((item) => print(item, verb, flags, depth + 1));
  return flags.sharpV ? `${typeName(value)}{${parts.join(", ")}}` : `[${parts.join(" ")}]`;
}

function printStruct(value: GoObject, verb: string, flags: Flags, depth: number): string {
  if (value.isPointer && depth > 0) return "0xc000000000";
  const named = flags.plusV || flags.sharpV;
  const parts = value
    .fields()
    .map(([name, item]) => `${named ? `${name}:` : ""}${print(item, verb, flags, depth + 1)}`);
  const type = flags.sharpV ? value.goType.replace(/^\*/, "") : "";
  return `${value.isPointer ? "&" : ""}${type}{${parts.join(flags.sharpV ? ", " : " ")}}`;
}

function printBytes(value: Uint8Array, verb: string, flags: Flags): string {
  if ("sqxX".includes(verb)) return printString(Buffer.from(value).toString("latin1"), verb, flags, value);
  const parts = [...value].map((byte) => printInteger(new Integer(BigInt(byte), "uint8"), verb, flags));
  return flags.sharpV ? `[]byte{${parts.join(", ")}}` : `[${parts.join(" ")}]`;
}

function printString(value: string, verb: string, flags: Flags, bytes?: Uint8Array): string {
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

function printInteger(value: Integer, verb: string, flags: Flags): string {
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

function printFloat(value: number, verb: string, flags: Flags): string {
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

function pad(text: string, flags: Flags): string {
  if (flags.width === undefined) return text;
  const length = byteLength(text) === text.length ? text.length : [...text].length;
  const missing = flags.width - length;
  if (missing <= 0) return text;
  if (flags.minus) return text + " ".repeat(missing);
  return (flags.zero ? "0" : " ").repeat(missing) + text;
}

/** Gives a value's text as sprig's strval: strings and bytes as they are, others by String or %v. */
export function textOf(value: Value): string {
  if (typeof value === "string") return value;
  if (value instanceof Uint8Array) return decodeBytes(value);
  return formatValue(value);
}
