import { GoYamlError, parseGoYaml } from "@catalyst/base/go-yaml";
import { GoError, Integer, type Value } from "../template/values.ts";
import { chartSizeLimit } from "./limits.ts";
import { mistyped } from "./typed-fields.ts";

/**
 * Reads the first YAML document into a value. Throws GoError with the text sigs.k8s.io/yaml would give, and
 * CatalystError `yaml-too-large`.
 */
export function readYaml(text: string): Value {
  try {
    return parseGoYaml(text, chartSizeLimit) as Value;
  } catch (error) {
    if (!(error instanceof GoYamlError)) throw error;
    throw new GoError(`error converting YAML to JSON: ${error.message}`);
  }
}

/** Reads a values file: one or more documents, merged with the later winning. Throws GoError. */
export function readValues(text: string): Map<string, Value> {
  const values = new Map<string, Value>();
  for (const document of splitDocuments(text)) {
    let read: Value;
    try {
      read = readYaml(document);
    } catch (error) {
      throw new GoError(`cannot unmarshal yaml document: ${(error as Error).message}`);
    }
    if (read === null || read === undefined) continue;
    if (!(read instanceof Map)) {
      const { message } = mistyped(read, "value", "map[string]interface {}");
      throw new GoError(`cannot unmarshal yaml document: ${message}`);
    }
    mergeInto(values, read);
  }
  return values;
}

/**
 * Cuts a text into documents as Kubernetes' YAML reader does: at lines that start with `---`, of which those before any
 * other line stay. Every line ends with a line break then, the last one too. Throws GoError.
 */
function* splitDocuments(text: string): Generator<string> {
  const ended = text.endsWith("\n") || text === "" ? text : `${text}\n`;
  const whole = ended.includes("\r\n") ? ended.replaceAll("\r\n", "\n") : ended;
  let from = 0;
  for (const { index, 1: rest = "" } of whole.matchAll(/(?<![^\n])---([^\n]*)\n/g)) {
    const more = rest.trim();
    if (more !== "" && !more.startsWith("#"))
      throw new GoError(`error reading yaml document: invalid Yaml document separator: ${more}`);
    if (index === from) continue;
    yield whole.slice(from, index);
    from = index + "---\n".length + rest.length;
  }
  if (from < whole.length) yield whole.slice(from);
}

/** Merges two maps into a new one; the second wins, maps are merged all the way down. */
export function mergeMaps(a: Map<string, Value>, b: Map<string, Value>): Map<string, Value> {
  const merged = new Map(a);
  for (const [key, value] of b) {
    const known = merged.get(key);
    merged.set(key, value instanceof Map && known instanceof Map ? mergeMaps(known, value) : value);
  }
  return merged;
}

/** Merges a map that is nobody else's into another as `mergeMaps`, without a copy for each of many. */
function mergeInto(target: Map<string, Value>, source: Map<string, Value>): void {
  for (const [key, value] of source) {
    const known = target.get(key);
    if (value instanceof Map && known instanceof Map) mergeInto(known, value);
    else target.set(key, value);
  }
}

/** Turns plain JSON into a value. */
export function fromJsonValue(value: unknown): Value {
  if (value === null || value === undefined) return null;
  if (Array.isArray(value)) return value.map(fromJsonValue);
  if (value instanceof Map)
    return new Map([...value].map(([key, item]) => [String(key), fromJsonValue(item)]));
  if (value instanceof Integer) return value;
  if (typeof value === "object") return fromJsonObject(value);
  return typeof value === "bigint" ? Number(value) : (value as Value);
}

/** Turns a plain JSON object into a map. */
export function fromJsonObject(value: object): Map<string, Value> {
  return new Map(Object.entries(value).map(([key, item]) => [key, fromJsonValue(item)]));
}
