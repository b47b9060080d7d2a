import { compareText } from "@catalyst/base/go-order";
import { elementSize, spend } from "./budget.ts";
import { decodeBytes } from "./bytes.ts";
import { formatFloat } from "./float-text.ts";
import { type Flags, noFlags } from "./format-flags.ts";
import { badVerb, pad, printBytes, printFloat, printInteger, printString } from "./format-scalars.ts";
import { isNil } from "./nil.ts";
import { stringerOf } from "./stringers.ts";
import { typeName } from "./types.ts";
import { GoObject, Integer, int64, type Value } from "./values.ts";

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

/** Prints one value with a verb. `depth` says how deep it lies in what is printed. */
export function print(value: Value, verb: string, flags: Flags, depth: number): string {
  if (value === null || value === undefined) return printNil(verb, flags, depth);
  if (verb === "T" && depth === 0) return printString(typeName(value), "s", flags);
  if (verb === "p" && depth === 0 && isReference(value)) return printPointer(verb, flags);
  if (typeof value === "string") return printString(value, verb, flags);
  if (typeof value === "boolean") {
    return verb === "t" || verb === "v" ? pad(String(value), flags) : badVerb(value, verb, flags);
  }
  if (typeof value === "number") return printFloat(value, verb, flags);
  const text = printedByMethod(value, verb, flags);
  if (text !== undefined) return printString(text, flags.sharpV ? "s" : verb, flags);
  if (value instanceof Integer) return printInteger(value, verb, flags);
  if (value instanceof Uint8Array) return printBytes(value, verb, flags, depth);
  // What isn't a plain type is asked whether it is an error, for which alone %w is, and lies nowhere if it isn't pointed to.
  if (verb === "w" || (verb === "p" && depth === 0)) return complaint(value, verb, flags);
  if (value instanceof Map) return printMap(value, verb, flags, depth);
  if (value instanceof GoObject) return printStruct(value, verb, flags, depth);
  return printList(value, value, verb, flags, depth);
}

/** Stands for where a value lies in memory: it differs from run to run in Go, and doesn't here. */
const someAddress = new Integer(0xc000000000n, "uint64");

/** Prints where a value lies. */
function printPointer(verb: string, flags: Flags, type = ""): string {
  if (verb !== "v" && verb !== "p") return printInteger(someAddress, verb, flags);
  const address = printInteger(someAddress, "x", { ...flags, sharp: !flags.sharp });
  return flags.sharpV ? `(${type})(${address})` : address;
}

function isReference(value: Value): boolean {
  return value instanceof GoObject
    ? value.isPointer
    : typeof value === "object" && !(value instanceof Integer);
}

function printNil(verb: string, flags: Flags, depth: number): string {
  if (depth > 0) return flags.sharpV ? "interface {}(nil)" : "<nil>";
  return verb === "v" || verb === "T" ? pad("<nil>", flags) : `%!${verb}(<nil>)`;
}

/** What the value's String method gives, where the verb asks for text. */
function printedByMethod(value: Value, verb: string, flags: Flags): string | undefined {
  if (flags.isErroring) return undefined;
  if (flags.sharpV) return value instanceof GoObject ? value.goSyntax() : undefined;
  if (!"vsxXq".includes(verb)) return undefined;
  if (value instanceof GoObject) return value.print();
  return value instanceof Integer ? stringerOf(value) : undefined;
}

/** Complains about a verb that doesn't fit: there no value is asked for its own text. */
function complaint(value: Value, verb: string, flags: Flags): string {
  return `%!${verb}(${typeName(value)}=${print(value, "v", { ...flags, isErroring: true }, 0)})`;
}

function printMap(value: Map<string, Value>, verb: string, flags: Flags, depth: number): string {
  spend(value.size * elementSize);
  if (flags.sharpV && isNil(value)) return `${typeName(value)}(nil)`;
  const parts = [...value.keys()]
    .sort(compareText)
    .map((key) => `${print(key, verb, flags, depth + 1)}:${print(value.get(key), verb, flags, depth + 1)}`);
  if (flags.sharpV) return `${typeName(value)}{${parts.join(", ")}}`;
  return `map[${parts.join(" ")}]`;
}

function printList(value: Value, items: readonly Value[], verb: string, flags: Flags, depth: number): string {
  spend(items.length * elementSize);
  if (flags.sharpV && isNil(value)) return `${typeName(value)}(nil)`;
  const parts = items.map((item) => print(item, verb, flags, depth + 1));
  return flags.sharpV ? `${typeName(value)}{${parts.join(", ")}}` : `[${parts.join(" ")}]`;
}

function printStruct(value: GoObject, verb: string, flags: Flags, depth: number): string {
  if (value.isNilPointer) {
    if (verb === "v") return pad("<nil>", flags);
    return "bodxX".includes(verb) ? printInteger(int64(0), verb, flags) : complaint(value, verb, flags);
  }
  if (value.isPointer && depth > 0) {
    if ("vbodxX".includes(verb)) return printPointer(verb, flags, value.goType);
    return complaint(value, verb, flags);
  }
  const named = flags.plusV || flags.sharpV;
  const parts = value
    .printedFields()
    .map(([name, item]) => `${named ? `${name}:` : ""}${print(item, verb, flags, depth + 1)}`);
  const type = flags.sharpV ? value.goType.replace(/^\*/, "") : "";
  return `${value.isPointer ? "&" : ""}${type}{${parts.join(flags.sharpV ? ", " : " ")}}`;
}

/** Gives a value's text as sprig's strval: strings and bytes as they are, others by String or %v. */
export function textOf(value: Value): string {
  if (typeof value === "string") return value;
  if (value instanceof Uint8Array) return decodeBytes(value);
  return formatValue(value);
}
