import { isCatalystError } from "@catalyst/base/errors";
import { goRegexp } from "@catalyst/base/go-regexp";
import { type Library, member, overload } from "../overload.ts";
import {
  boolType,
  bytesType,
  doubleType,
  durationType,
  dynType,
  intType,
  listType,
  mapType,
  paramType,
  stringType,
  timestampType,
  typeOfType,
  uintType,
} from "../type.ts";
import {
  characters,
  DurationValue,
  fault,
  type ListValue,
  type MapValue,
  TimestampValue,
  TypeValue,
  typeOf,
  UintValue,
  type Value,
} from "../value.ts";
import { boundInt, boundUint } from "./bounds.ts";
import { parseDuration, parseTimestamp, printDuration, printTimestamp } from "./times.ts";

const a = paramType("A");
const b = paramType("B");

/** Sizes, conversions between types and the tests of texts that are in every CEL. */
export const conversionLibrary: Library = {
  size: [
    overload("size_bytes", [bytesType], intType, (value: Uint8Array) => BigInt(value.length)),
    member("bytes_size", [bytesType], intType, (value: Uint8Array) => BigInt(value.length)),
    overload("size_list", [listType(a)], intType, (value: ListValue) => BigInt(value.size)),
    member("list_size", [listType(a)], intType, (value: ListValue) => BigInt(value.size)),
    overload("size_map", [mapType(a, b)], intType, (value: MapValue) => BigInt(value.size)),
    member("map_size", [mapType(a, b)], intType, (value: MapValue) => BigInt(value.size)),
    overload("size_string", [stringType], intType, (value: string) => BigInt(characters(value))),
    member("string_size", [stringType], intType, (value: string) => BigInt(characters(value))),
  ],
  type: [overload("type", [a], typeOfType(a), (value: Value) => new TypeValue(typeOf(value).name))],
  bool: [
    overload("bool_to_bool", [boolType], boolType, (value: boolean) => value),
    overload("string_to_bool", [stringType], boolType, toBool),
  ],
  bytes: [
    overload("bytes_to_bytes", [bytesType], bytesType, (value: Uint8Array) => value),
    overload("string_to_bytes", [stringType], bytesType, (value: string) => Buffer.from(value)),
  ],
  double: [
    overload("double_to_double", [doubleType], doubleType, (value: number) => value),
    overload("int64_to_double", [intType], doubleType, (value: bigint) => Number(value)),
    overload("string_to_double", [stringType], doubleType, toDouble),
    overload("uint64_to_double", [uintType], doubleType, (value: UintValue) => Number(value.value)),
  ],
  duration: [
    overload("duration_to_duration", [durationType], durationType, (value: DurationValue) => value),
    overload("int64_to_duration", [intType], durationType, (value: bigint) => new DurationValue(value)),
    overload(
      "string_to_duration",
      [stringType],
      durationType,
      (value: string) =>
        new DurationValue(parseDuration(value) ?? fault(`time: invalid duration ${JSON.stringify(value)}`)),
    ),
  ],
  dyn: [overload("to_dyn", [a], dynType, (value: Value) => value)],
  int: [
    overload("int64_to_int64", [intType], intType, (value: bigint) => value),
    overload("double_to_int64", [doubleType], intType, (value: number) => boundInt(whole(value, "integer"))),
    overload("duration_to_int64", [durationType], intType, (value: DurationValue) => value.nanos),
    overload("string_to_int64", [stringType], intType, (value: string) => toInt(value, "Int")),
    overload("timestamp_to_int64", [timestampType], intType, (value: TimestampValue) => seconds(value)),
    overload("uint64_to_int64", [uintType], intType, (value: UintValue) => boundInt(value.value)),
  ],
  string: [
    overload("string_to_string", [stringType], stringType, (value: string) => value),
    overload("bool_to_string", [boolType], stringType, (value: boolean) => String(value)),
    overload("bytes_to_string", [bytesType], stringType, bytesToText),
    overload("double_to_string", [doubleType], stringType, printDouble),
    overload("duration_to_string", [durationType], stringType, (value: DurationValue) =>
      printDuration(value.nanos),
    ),
    overload("int64_to_string", [intType], stringType, (value: bigint) => String(value)),
    overload("timestamp_to_string", [timestampType], stringType, (value: TimestampValue) =>
      printTimestamp(value.nanos),
    ),
    overload("uint64_to_string", [uintType], stringType, (value: UintValue) => String(value.value)),
  ],
  timestamp: [
    overload("timestamp_to_timestamp", [timestampType], timestampType, (value: TimestampValue) => value),
    overload(
      "int64_to_timestamp",
      [intType],
      timestampType,
      (value: bigint) => new TimestampValue(value * 1_000_000_000n),
    ),
    overload("string_to_timestamp", [stringType], timestampType, toTimestamp),
  ],
  uint: [
    overload("uint64_to_uint64", [uintType], uintType, (value: UintValue) => value),
    overload(
      "double_to_uint64",
      [doubleType],
      uintType,
      (value: number) => new UintValue(boundUint(whole(value, "unsigned integer"))),
    ),
    overload("int64_to_uint64", [intType], uintType, (value: bigint) => new UintValue(boundUint(value))),
    overload(
      "string_to_uint64",
      [stringType],
      uintType,
      (value: string) => new UintValue(boundUint(toInt(value, "Uint"))),
    ),
  ],
  contains: [
    member("contains_string", [stringType, stringType], boolType, (text: string, part: string) =>
      text.includes(part),
    ),
  ],
  endsWith: [
    member("ends_with_string", [stringType, stringType], boolType, (text: string, part: string) =>
      text.endsWith(part),
    ),
  ],
  startsWith: [
    member("starts_with_string", [stringType, stringType], boolType, (text: string, part: string) =>
      text.startsWith(part),
    ),
  ],
  matches: [
    overload("matches", [stringType, stringType], boolType, matches),
    member("matches_string", [stringType, stringType], boolType, matches),
  ],
};

/** Matches in time linear in the text (security case 10). */
function matches(text: string, pattern: string): boolean {
  return compilePattern(pattern).test(text);
}

/** Compiles a pattern of RE2, refusing what isn't one with Go's words. */
export function compilePattern(pattern: string): ReturnType<typeof goRegexp> {
  try {
    return goRegexp(pattern);
  } catch (error) {
    if (!isCatalystError(error, "regexp-invalid")) throw error;
    return fault(error.message);
  }
}

function toBool(text: string): boolean {
  if (["1", "t", "T", "true", "TRUE", "True"].includes(text)) return true;
  if (["0", "f", "F", "false", "FALSE", "False"].includes(text)) return false;
  return fault(`strconv.ParseBool: parsing ${JSON.stringify(text)}: invalid syntax`);
}

function toDouble(text: string): number {
  if (/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text)) return Number(text);
  if (/^nan$/i.test(text)) return Number.NaN;
  const infinite = /^([+-]?)inf(?:inity)?$/i.exec(text);
  if (infinite !== null) return infinite[1] === "-" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return fault(`strconv.ParseFloat: parsing ${JSON.stringify(text)}: invalid syntax`);
}

function toInt(text: string, name: "Int" | "Uint"): bigint {
  const valid = name === "Int" ? /^[+-]?\d+$/ : /^\d+$/;
  const shown = `strconv.Parse${name}: parsing ${JSON.stringify(text)}`;
  if (!valid.test(text)) return fault(`${shown}: invalid syntax`);
  const limit = name === "Int" ? 63n : 64n;
  const value = BigInt(text.replace(/^\+/, ""));
  if (value >= 2n ** limit || value < -(2n ** limit)) return fault(`${shown}: value out of range`);
  return value;
}

function whole(value: number, kind: string): bigint {
  return Number.isFinite(value) ? BigInt(Math.trunc(value)) : fault(`${kind} overflow`);
}

function seconds(value: TimestampValue): bigint {
  const second = value.nanos / 1_000_000_000n;
  return value.nanos % 1_000_000_000n < 0n ? second - 1n : second;
}

function bytesToText(value: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(value);
  } catch {
    return fault("invalid UTF-8 in bytes, cannot convert to string");
  }
}

/** Prints a double as Go's `%g` with the fewest digits. */
export function printDouble(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "+Inf" : "-Inf";
  if (Object.is(value, -0)) return "-0";
  const [digits = "", power = "0"] = value.toExponential().split("e");
  const exponent = Number(power);
  if (exponent >= -4 && exponent < 21) return String(value).includes("e") ? plain(value) : String(value);
  return `${digits}e${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`;
}

function plain(value: number): string {
  return value.toFixed(20).replace(/0+$/, "");
}

function toTimestamp(text: string): TimestampValue {
  const nanos = parseTimestamp(text);
  if (nanos === undefined) {
    const shown = JSON.stringify(text);
    return fault(`parsing time ${shown} as "2006-01-02T15:04:05Z07:00": cannot parse ${shown} as "2006"`);
  }
  return new TimestampValue(nanos);
}
