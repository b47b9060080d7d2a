import { createHash } from "node:crypto";
import { decodeBytes, encodeBytes } from "../template/bytes.ts";
import { nilList, nilMap } from "../template/nil.ts";
import { kindName, typeName } from "../template/types.ts";
import { fixed, GoError, type GoFunction, GoPanic, TypedMap, type Value } from "../template/values.ts";
import { decodeBase32, decodeBase64, encodeBase32 } from "./base-n.ts";
import { decodeJson, parseJson, printJson } from "./json.ts";
import { fromYaml, toYaml, toYamlPretty } from "./yaml.ts";

const lenient = (run: () => string) => {
  try {
    return run();
  } catch (error) {
    if (error instanceof GoError && !(error instanceof GoPanic)) return "";
    throw error;
  }
};

export const encodingFunctions: readonly (readonly [string, GoFunction])[] = [
  ["b64enc", fixed(["string"], ([text]) => Buffer.from(encodeBytes(text)).toString("base64"))],
  ["b64dec", fixed(["string"], ([text]) => decoded(() => decodeBase64(text)))],
  ["b32enc", fixed(["string"], ([text]) => encodeBase32(encodeBytes(text)))],
  ["b32dec", fixed(["string"], ([text]) => decoded(() => decodeBase32(text)))],
  ["sha1sum", fixed(["string"], ([text]) => hash("sha1", text))],
  ["sha256sum", fixed(["string"], ([text]) => hash("sha256", text))],
  ["sha512sum", fixed(["string"], ([text]) => hash("sha512", text))],
  ["adler32sum", fixed(["string"], ([text]) => String(adler32(encodeBytes(text))))],
  ["toJson", fixed(["any"], ([value]) => lenient(() => printJson(value)))],
  ["mustToJson", fixed(["any"], ([value]) => printJson(value))],
  ["toPrettyJson", fixed(["any"], ([value]) => lenient(() => printJson(value, { indent: "  " })))],
  ["mustToPrettyJson", fixed(["any"], ([value]) => printJson(value, { indent: "  " }))],
  ["toRawJson", fixed(["any"], ([value]) => printJson(value, { escapeHtml: false }))],
  ["mustToRawJson", fixed(["any"], ([value]) => printJson(value, { escapeHtml: false }))],
  ["fromJson", fixed(["string"], ([text]) => mapFromJson(text))],
  ["fromJsonArray", fixed(["string"], ([text]) => listFromJson(text))],
  ["mustFromJson", fixed(["string"], ([text]) => parseJson(text))],
  ["toYaml", fixed(["any"], ([value]) => lenient(() => toYaml(value)))],
  ["mustToYaml", fixed(["any"], ([value]) => toYaml(value))],
  ["toYamlPretty", fixed(["any"], ([value]) => lenient(() => toYamlPretty(value)))],
  [
    "fromYaml",
    fixed(["string"], ([text]) =>
      mapOrError(
        () => fromYaml(text),
        yamlPrefix,
        () => new Map(),
      ),
    ),
  ],
  [
    "fromYamlArray",
    fixed(["string"], ([text]) =>
      listOrError(
        () => fromYaml(text),
        yamlPrefix,
        () => [],
      ),
    ),
  ],
];

const jsonPrefix = "json: cannot unmarshal";
const yamlPrefix = "error unmarshaling JSON: while decoding JSON: json: cannot unmarshal";

function hash(algorithm: string, text: string): string {
  return createHash(algorithm).update(encodeBytes(text)).digest("hex");
}

function adler32(bytes: Uint8Array): number {
  let a = 1;
  let b = 0;
  for (const byte of bytes) {
    a = (a + byte) % 65521;
    b = (b + a) % 65521;
  }
  return b * 65536 + a;
}

/** sprig gives the error's text in place of what couldn't be decoded. */
function decoded(run: () => Uint8Array): string {
  try {
    return decodeBytes(run());
  } catch (error) {
    if (error instanceof GoError) return error.message;
    throw error;
  }
}

/** What was read stays beside the key Error. */
function mapFromJson(text: string): Map<string, Value> {
  let problem: string | undefined;
  const read = () => {
    const decoded = decodedJson(text);
    if (decoded.value instanceof Map) problem = decoded.problem;
    return decoded.value;
  };
  const map = mapOrError(read, jsonPrefix, nilMap);
  return problem === undefined ? map : map.set("Error", problem);
}

/** Of a number alone that is none Go is told no more than that it is a number. */
function decodedJson(text: string): ReturnType<typeof decodeJson> {
  const { value, problem } = decodeJson(text);
  return { value: value === null && problem !== undefined ? 0 : value, problem };
}

function listFromJson(text: string): Value[] {
  const read = () => {
    const { value, problem } = decodedJson(text);
    return Array.isArray(value) && problem !== undefined ? [problem] : value;
  };
  return listOrError(read, jsonPrefix, nilList);
}

/** Helm gives a map with the key Error in place of what couldn't be read. */
function mapOrError(
  read: () => Value,
  problem: string,
  ofNull: () => Map<string, Value>,
): Map<string, Value> {
  try {
    const value = read();
    if (value instanceof Map) return value;
    if (value === null || value === undefined) return ofNull();
    return new Map([
      ["Error", `${problem} ${jsonKind(value)} into Go value of type map[string]interface {}`],
    ]);
  } catch (error) {
    if (error instanceof GoError) return new Map([["Error", error.message]]);
    throw error;
  }
}

function listOrError(read: () => Value, problem: string, ofNull: () => Value[]): Value[] {
  try {
    const value = read();
    if (Array.isArray(value)) return value;
    if (value === null || value === undefined) return ofNull();
    return [`${problem} ${jsonKind(value)} into Go value of type []interface {}`];
  } catch (error) {
    if (error instanceof GoError) return [error.message];
    throw error;
  }
}

function jsonKind(value: Value): string {
  if (value instanceof Map || value instanceof TypedMap) return "object";
  if (Array.isArray(value)) return "array";
  if (typeof value === "boolean") return "bool";
  return kindName(value) === "float64" ? "number" : typeName(value);
}
