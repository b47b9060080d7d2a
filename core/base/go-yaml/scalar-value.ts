import { isYamlTimestamp, resolveScalar, type YamlScalar } from "../yaml-scalars.ts";
import { GoYamlError } from "./errors.ts";
import type { Node, ScalarNode } from "./nodes.ts";

const prefix = "tag:yaml.org,2002:";

/** Tags under which a text still has to be what it looks like; under any other it is text. */
const resolvedTags: ReadonlySet<string> = new Set(
  ["str", "bool", "int", "float", "null", "timestamp"].map((name) => prefix + name),
);

const integer = /^[-+]?(?:0x[0-9a-f]+|0b[01]+|0o?[0-7]*|[1-9][0-9]*)$/i;
const maxUint64 = 2n ** 64n - 1n;
const minInt64 = -(2n ** 63n);

/** Tells whether a number is an integer to go-yaml: one past 64 bits, or of digits that aren't octal, is a float. */
function isInteger(value: number | bigint, text: string): boolean {
  if (!integer.test(text.replaceAll("_", ""))) return false;
  return typeof value === "number" ? Number.isSafeInteger(value) : value <= maxUint64 && value >= minInt64;
}

/** Tells whether what stands under a key is merged into the mapping. */
export function isMergeKey(key: Node): boolean {
  return key.kind === "scalar" && key.text === "<<" && (key.isImplicit || key.tag === `${prefix}merge`);
}

/** Gives what go-yaml reads a scalar as. Throws GoYamlError where it is tagged as what it is not. */
export function scalarOf({ tag, text, isImplicit }: ScalarNode): YamlScalar {
  if (tag === "") return isImplicit ? resolveScalar(text) : text;
  if (tag === `${prefix}binary`) return decodeBinary(text);
  if (!resolvedTags.has(tag) || tag === `${prefix}str`) return text;
  const value = resolveScalar(text);
  const found = tagOf(value, text);
  const isWidened = tag === `${prefix}float` && found === "int";
  if (!isWidened && tag !== prefix + found) {
    throw new GoYamlError(`cannot decode !!${found} \`${text}\` as a !!${tag.slice(prefix.length)}`);
  }
  return value;
}

function decodeBinary(text: string): string {
  const packed = text.replaceAll(/[\r\n]/g, "");
  if (packed.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(packed)) {
    throw new GoYamlError("!!binary value contains invalid base64 data");
  }
  return Buffer.from(packed, "base64").toString("utf8");
}

/** The short tag of what a text was read as. */
export function tagOf(value: YamlScalar, text: string): string {
  if (value === null) return "null";
  switch (typeof value) {
    case "boolean":
      return "bool";
    case "bigint":
    case "number":
      return isInteger(value, text) ? "int" : "float";
    default:
      return isYamlTimestamp(text) ? "timestamp" : "str";
  }
}
