import { isCatalystError } from "@catalyst/base/errors";
import { parseYamlMaps } from "@catalyst/base/yaml";
import { formatValue } from "../template/format.ts";
import { GoError, Integer, type Value } from "../template/values.ts";
import { chartSizeLimit } from "./limits.ts";

/** Reads the first YAML document into a value. Throws GoError with the text sigs.k8s.io/yaml would give. */
export function readYaml(text: string): Value {
  try {
    const value = parseYamlMaps(text, { sizeLimit: chartSizeLimit }) as Value;
    if (/\.(inf|nan)\b/i.test(text)) refuseInfinite(value);
    return value;
  } catch (error) {
    if (!isCatalystError(error)) throw error;
    const line = error.place?.line;
    const where = line === undefined ? "" : `line ${line}: `;
    throw new GoError(`error converting YAML to JSON: yaml: ${where}${plain(error.message)}`);
  }
}

/** JSON, by way of which Helm reads YAML, has no such numbers. */
function refuseInfinite(value: Value): void {
  if (value instanceof Map) for (const item of value.values()) refuseInfinite(item);
  else if (Array.isArray(value)) value.forEach(refuseInfinite);
  else if (typeof value === "number" && !Number.isFinite(value)) {
    throw new GoError(`error converting YAML to JSON: json: unsupported value: ${formatValue(value)}`);
  }
}

function plain(message: string): string {
  return message.replace(/^this is not valid YAML: /, "");
}

/** Reads a values file: one or more documents, merged with the later winning. Throws GoError. */
export function readValues(text: string): Map<string, Value> {
  let values = new Map<string, Value>();
  for (const document of splitDocuments(text)) {
    let read: Value;
    try {
      read = readYaml(document);
    } catch (error) {
      throw new GoError(`cannot unmarshal yaml document: ${(error as Error).message}`);
    }
    if (read === null || read === undefined) continue;
    if (!(read instanceof Map)) {
      const kind = Array.isArray(read) ? "array" : typeof read;
      throw new GoError(
        `cannot unmarshal yaml document: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal ${kind} into Go value of type map[string]interface {}`,
      );
    }
    values = mergeMaps(values, read);
  }
  return values;
}

/** Cuts at lines that start with `---`, as Kubernetes' YAML reader does. */
function splitDocuments(text: string): string[] {
  if (!/^---/m.test(text)) return [text];
  return text.split(/^---[^\S\n]*(?:#.*)?$\n?/m);
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
