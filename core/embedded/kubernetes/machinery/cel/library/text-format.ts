import {
  DurationValue,
  fault,
  ListValue,
  MapValue,
  TimestampValue,
  TypeValue,
  UintValue,
  type Value,
} from "../value.ts";
import { boundText } from "./bounds.ts";
import { printDouble } from "./conversions.ts";
import { printDuration, printTimestamp } from "./times.ts";

/** Fills a text's clauses (`%s`, `%d`, `%.3f`, `%e`, `%b`, `%x`, `%X`, `%o`, `%%`) as cel-go's `format`. */
export function formatText(format: string, args: readonly Value[]): string {
  let result = "";
  let next = 0;
  for (let at = 0; at < format.length; at++) {
    if (format[at] !== "%") {
      result += format[at];
      continue;
    }
    const clause = /^%(?:\.(\d*))?(.)?/s.exec(format.slice(at, at + 24));
    const [whole = "%", precision, verb] = clause ?? [];
    if (verb === undefined) return fault("unexpected end of format string");
    at += whole.length - 1;
    if (verb === "%") {
      result += "%";
      continue;
    }
    if (next >= args.length) return fault(`index ${next} out of range`);
    result += formatValue(verb, args[next++]!, precision === undefined ? 6 : Number(precision));
    boundText(result.length);
  }
  return result;
}

function formatValue(verb: string, value: Value, precision: number): string {
  if (precision > 100) return fault(`precision specified is too high: ${precision}`);
  switch (verb) {
    case "s":
      return printValue(value);
    case "d":
      return printDecimal(value);
    case "f":
      return numeric(value, verb).toFixed(precision);
    case "e":
      return numeric(value, verb)
        .toExponential(precision)
        .replace(/e([+-])(\d)$/, "e$10$2");
    case "b":
      return typeof value === "boolean" ? (value ? "1" : "0") : integer(value, verb).toString(2);
    case "o":
      return integer(value, verb).toString(8);
    case "x":
    case "X": {
      const hex = printHex(value, verb);
      return verb === "X" ? hex.toUpperCase() : hex;
    }
    default:
      return fault(`could not parse formatting clause: unrecognized formatting clause "${verb}"`);
  }
}

/** What `%s` shows of a value. */
export function printValue(value: Value): string {
  if (typeof value === "string") return value;
  if (value === null) return "null";
  if (typeof value === "number") return printDouble(value);
  if (value instanceof UintValue) return String(value.value);
  if (value instanceof TimestampValue) return printTimestamp(value.nanos);
  if (value instanceof DurationValue) return printDuration(value.nanos);
  if (value instanceof TypeValue) return value.name;
  if (value instanceof Uint8Array) return Buffer.from(value).toString("utf8");
  if (value instanceof ListValue) return `[${value.items.map(printValue).join(", ")}]`;
  if (value instanceof MapValue) {
    const entries = value.keys().map((key) => `${printValue(key)}: ${printValue(value.get(key)!)}`);
    return `{${entries.sort().join(", ")}}`;
  }
  if (typeof value === "object") {
    return fault(
      `error during formatting: string clause can only be used on strings, bools, bytes, ints, doubles, maps, lists, types, durations, and timestamps, was given ${value.constructor.name}`,
    );
  }
  return String(value);
}

function printDecimal(value: Value): string {
  if (typeof value === "bigint") return String(value);
  if (value instanceof UintValue) return String(value.value);
  if (typeof value === "number" && !Number.isFinite(value)) return printDouble(value);
  return fault("error during formatting: decimal clause can only be used on integers");
}

function numeric(value: Value, verb: string): number {
  if (typeof value === "number") return value;
  if (typeof value === "bigint") return Number(value);
  if (value instanceof UintValue) return Number(value.value);
  const name = verb === "f" ? "fixed-point" : "scientific";
  return fault(`error during formatting: ${name} clause can only be used on doubles`);
}

function integer(value: Value, verb: string): bigint {
  if (typeof value === "bigint") return value;
  if (value instanceof UintValue) return value.value;
  const name =
    verb === "b" ? "integers and bools can be formatted as binary" : "integer clause needs an integer";
  return fault(`error during formatting: ${name}`);
}

function printHex(value: Value, verb: string): string {
  if (typeof value === "string") return Buffer.from(value).toString("hex");
  if (value instanceof Uint8Array) return Buffer.from(value).toString("hex");
  return integer(value, verb).toString(16);
}
