import { BinaryScalar, OrderedMapping, PlainScalar, printYaml } from "@catalyst/base/yaml";
import { readYaml } from "../chart/values-file.ts";
import { spend, spendLines } from "../template/budget.ts";
import { encodeBytes } from "../template/bytes.ts";
import { formatFloat } from "../template/float-text.ts";
import { isNil } from "../template/nil.ts";
import { stringerOf } from "../template/stringers.ts";
import { GoError, GoObject, Integer, type Value } from "../template/values.ts";
import { printJson } from "./json.ts";
import { GoTime } from "./time.ts";

/** Prints a value as Helm's toYaml: through JSON, so that structs and times look as there. */
export function toYaml(value: Value): string {
  return printYaml(jsonValue(value)).replace(/\n$/, "");
}

/** Prints a value as Helm's toYamlPretty: as go-yaml 3 does, without a passage through JSON. */
export function toYamlPretty(value: Value): string {
  return printYaml(yamlValue(value), { isGoYaml3: true }).replace(/\n$/, "");
}

/** Reads a document; numbers are float64. Throws GoError with the text of sigs.k8s.io/yaml. */
export function fromYaml(text: string): Value {
  return readYaml(text);
}

/** Bytes, roughly, of a value as it is given to the printer. */
const nodeSize = 128;

/** Where the reader is in the JSON it is given: lines that have ended. */
interface Passage {
  lines: number;
}

/** Characters a key of JSON may have at most for YAML's reader to see that it is one, its quotes among them. */
const keyLength = 1024;

/**
 * A text as JSON that YAML's reader then takes: it refuses control characters that JSON doesn't escape, and folds a line
 * that ends with the one that isn't a control character to it.
 */
function readable(text: string, passage: Passage): string {
  if (/[\x7f-\x84\x86-\x9f\ufffe\uffff]/.test(text)) {
    throw new GoError("yaml: control characters are not allowed");
  }
  let read = "";
  let at = 0;
  for (const { 0: found, index } of text.matchAll(/\u0085[ \u0085]*/g)) {
    const breaks = found.replaceAll(" ", "").length;
    passage.lines += breaks;
    read += withoutSpacesAtEnd(text.slice(at, index)) + (breaks === 1 ? " " : "\n".repeat(breaks - 1));
    at = index + found.length;
  }
  return (read + text.slice(at)).toWellFormed();
}

/** By hand: an expression would begin anew at each of many spaces. */
function withoutSpacesAtEnd(text: string): string {
  let end = text.length;
  while (text[end - 1] === " ") end--;
  return text.slice(0, end);
}

function readableKey(key: string, passage: Passage): string {
  const before = passage.lines;
  const read = readable(key, passage);
  if (passage.lines > before || (key.length > keyLength / 6 && [...printJson(key)].length > keyLength)) {
    const line = passage.lines === 0 ? "" : `line ${passage.lines}: `;
    throw new GoError(`yaml: ${line}did not find expected ',' or '}'`);
  }
  return read;
}

function marshaled(value: GoObject): Value {
  try {
    return value.toJson();
  } catch (error) {
    throw error instanceof GoError ? new GoError(`error marshaling into JSON: ${error.message}`) : error;
  }
}

/** What remains of a value after a passage through JSON. */
function jsonValue(value: Value, passage: Passage = { lines: 0 }): unknown {
  spend(nodeSize);
  if (value === null || value === undefined || isNil(value)) return null;
  if (typeof value === "boolean") return value;
  if (typeof value === "string") {
    spendLines(value);
    return readable(value, passage);
  }
  if (typeof value === "number") {
    if (!Number.isFinite(value)) {
      const shown = formatFloat(value, "g", -1);
      throw new GoError(`error marshaling into JSON: json: unsupported value: ${shown}`);
    }
    return value;
  }
  if (value instanceof Integer) return value.value;
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  if (value instanceof GoObject) return jsonValue(marshaled(value), passage);
  if (value instanceof Map) {
    const entries = [...value].map(([key, item]) => {
      return [readableKey(key, passage), jsonValue(item, passage)] as const;
    });
    return new Map(entries);
  }
  return value.map((item) => jsonValue(item, passage));
}

/** A value as go-yaml 3 sees it: structs by their fields' names in lower case, bytes one by one. */
function yamlValue(value: Value): unknown {
  spend(nodeSize);
  if (value === null || value === undefined || typeof value !== "object") return textOrOther(value ?? null);
  if (value instanceof Integer) return value.type === "time.Duration" ? stringerOf(value) : value.value;
  if (value instanceof Uint8Array) return [...value];
  if (value instanceof GoTime) return new PlainScalar(value.rfc3339);
  if (value instanceof GoObject) return value.print() ?? lowerFields(value);
  if (value instanceof Map)
    return new Map([...value].map(([key, item]) => [textOrOther(key), yamlValue(item)]));
  return value.map(yamlValue);
}

function textOrOther(value: string | number | boolean | null): unknown {
  if (typeof value !== "string") return value;
  spendLines(value);
  if (value.isWellFormed()) return value;
  return new BinaryScalar(encodeBytes(value), value);
}

function lowerFields(value: GoObject): OrderedMapping {
  const exported = value.fields().filter(([name]) => /^[A-Z]/.test(name));
  return new OrderedMapping(exported.map(([name, item]) => [name.toLowerCase(), yamlValue(item)]));
}
