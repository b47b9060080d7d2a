import { decodeGoJson, GoJsonError, readGoJson, readGoJsonPrefix } from "@catalyst/base/go-json";
import { bracketed, escapedAsGo } from "@catalyst/base/go-json-print";
import { compareText } from "@catalyst/base/go-order";
import { elementSize, spend } from "../template/budget.ts";
import { formatFloat } from "../template/float-text.ts";
import { isNil } from "../template/nil.ts";
import { GoError, GoObject, Integer, type Value } from "../template/values.ts";

export interface JsonStyle {
  /** Whether <, > and & are escaped, as Go does unless told otherwise. */
  readonly escapeHtml?: boolean;
  /** Indentation per level; empty for one line. */
  readonly indent?: string;
}

/** Prints a value as Go's encoding/json: sorted keys, its own escapes and number forms. Throws GoError. */
export function printJson(value: Value, { escapeHtml = true, indent = "" }: JsonStyle = {}): string {
  return print(value, escapeHtml, indent, "\n");
}

function print(value: Value, escapeHtml: boolean, indent: string, lineBreak: string): string {
  spend(elementSize);
  if (value === null || value === undefined || isNil(value)) return "null";
  if (typeof value === "string") return printString(value, escapeHtml);
  if (typeof value === "number") return printFloat(value);
  if (typeof value === "boolean") return String(value);
  if (value instanceof Integer) return String(value.value);
  if (value instanceof Uint8Array) return `"${Buffer.from(value).toString("base64")}"`;
  if (value instanceof GoObject) return printObject(value.toJson(), escapeHtml, indent, lineBreak);
  const inner = lineBreak + indent;
  if (value instanceof Map) {
    const entries = [...value].sort(([a], [b]) => compareText(a, b));
    return printEntries(entries, escapeHtml, indent, lineBreak);
  }
  const items = value.map((item) => print(item, escapeHtml, indent, inner));
  return bracketed("[", items, "]", indent, lineBreak);
}

/** A struct's fields keep their order. */
function printObject(value: Value, escapeHtml: boolean, indent: string, lineBreak: string): string {
  if (value instanceof Map) return printEntries([...value], escapeHtml, indent, lineBreak);
  return print(value, escapeHtml, indent, lineBreak);
}

function printEntries(
  entries: readonly (readonly [string, Value])[],
  escapeHtml: boolean,
  indent: string,
  lineBreak: string,
): string {
  const colon = indent === "" ? ":" : ": ";
  const items = entries.map(
    ([key, item]) =>
      printString(key, escapeHtml) + colon + print(item, escapeHtml, indent, lineBreak + indent),
  );
  return bracketed("{", items, "}", indent, lineBreak);
}

function printFloat(value: number): string {
  if (!Number.isFinite(value)) throw new GoError(`json: unsupported value: ${formatFloat(value, "g", -1)}`);
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-6 || size >= 1e21)) {
    return formatFloat(value, "e", -1).replace(/e-0(\d)$/, "e-$1");
  }
  return formatFloat(value, "f", -1);
}

function printString(text: string, escapeHtml: boolean): string {
  return escapedAsGo(JSON.stringify(text), escapeHtml);
}

/** Reads JSON as Go does into untyped values: every number is a float64. Throws GoError with Go's text. */
export function parseJson(text: string): Value {
  return asGoError(() => readGoJson(text)) as Value;
}

/**
 * Reads JSON as far as Go does: a number that is no float64 is null, and what Go says of the first is the problem.
 * Throws GoError where the text is no JSON.
 */
export function decodeJson(text: string): { readonly value: Value; readonly problem: string | undefined } {
  const { value, problem } = asGoError(() => decodeGoJson(text));
  return { value: value as Value, problem: problem?.message };
}

/** Reads the JSON value a text starts with, and tells how long it is. Throws GoError. */
export function parseJsonPrefix(text: string): { readonly value: Value; readonly length: number } {
  const { value, length } = asGoError(() => readGoJsonPrefix(text));
  return { value: value as Value, length };
}

function asGoError<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof GoJsonError ? new GoError(error.message) : error;
  }
}
