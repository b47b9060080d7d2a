import { errorMessage, isCatalystError } from "@catalyst/base/errors";
import { isObject } from "@catalyst/base/json";
import { parseYaml, parseYamlLeniently } from "@catalyst/base/yaml";
import { readBytes } from "@catalyst/ports/transport";
import {
  badRequest,
  type Decoded,
  decodeBody,
  decodeValue,
  duplicateKeys,
  type FieldValidation,
  invalid,
  type Json,
  type ResourceKind,
} from "../machinery/index.ts";
import { decodeProtobuf } from "../protobuf/decode.ts";
import type { Call } from "../request/call.ts";
import { tooLarge, unsupportedMediaType } from "../request/errors.ts";

const protobuf = "application/vnd.kubernetes.protobuf";

/** Largest request body read (bytes): upstream's. */
const bodyLimit = 3 * 1024 * 1024;

/** The media type of a request's body, without parameters. */
export function mediaType(call: Call): string {
  return (call.request.headers["content-type"] ?? "application/json").split(";")[0]!.trim().toLowerCase();
}

/** Reads the body as an object of `kind` (the call's own unless another is given). Throws StatusError. */
export async function readObject(call: Call, kind: ResourceKind = call.kind): Promise<Decoded> {
  const decoded = await decodedBody(call, kind);
  call.audit?.requested(decoded.object);
  return decoded;
}

async function decodedBody(call: Call, kind: ResourceKind): Promise<Decoded> {
  const validation = readFieldValidation(call);
  if (call.request.json !== undefined) return decodeValue(kind, call.request.json, validation);
  const type = mediaType(call);
  if (type === protobuf) return decodeValue(kind, await readProtobuf(call), validation);
  if (type === "application/yaml" || type === "application/apply-patch+yaml") {
    const text = await bodyText(call);
    if (text.trimStart().startsWith("{")) return decodeBody(kind, text, validation);
    return decodeValue(kind, parsedYaml(text), validation);
  }
  if (type !== "application/json")
    throw unsupportedMediaType(["application/json", "application/yaml", protobuf]);
  return decodeBody(kind, await bodyText(call), validation);
}

/** Reads the body as plain JSON; undefined when there is none. Throws StatusError 400, 413. */
export async function readValue(call: Call): Promise<unknown> {
  const value = await plainBody(call);
  if (value !== undefined) call.audit?.requested(value);
  return value;
}

async function plainBody(call: Call): Promise<unknown> {
  if (call.request.json !== undefined) return call.request.json;
  if (mediaType(call) === protobuf) return readProtobuf(call);
  const text = await bodyText(call);
  if (text.trim() === "") return undefined;
  try {
    return JSON.parse(text);
  } catch (error) {
    throw badRequest(`couldn't decode the body: ${errorMessage(error)}`);
  }
}

/**
 * Reads the body of a server-side apply as it was sent: what isn't said stays unsaid. Keys given twice are told of, or
 * refused, as `fieldValidation` says. Throws StatusError 400, 413.
 */
export async function readApplied(call: Call): Promise<Decoded> {
  const validation = readFieldValidation(call);
  if (call.request.json !== undefined) return { object: objectOf(call.request.json), warnings: [] };
  const text = await bodyText(call);
  const { value, twice } = text.trimStart().startsWith("{") ? appliedJson(text) : appliedYaml(text);
  if (twice.length === 0 || validation === "Ignore") return { object: objectOf(value), warnings: [] };
  if (validation === "Warn") return { object: objectOf(value), warnings: twice };
  const lines = twice.map((line) => `\n  ${line}`).join("");
  throw badRequest(
    `error strict decoding YAML: error converting YAML to JSON: yaml: unmarshal errors:${lines}`,
  );
}

/** What was applied, and what YAML's readers say of keys given twice. */
interface Applied {
  readonly value: unknown;
  readonly twice: readonly string[];
}

function appliedJson(text: string): Applied {
  try {
    return { value: JSON.parse(text), twice: duplicateKeys(text) };
  } catch (error) {
    throw badRequest(`error decoding YAML: ${errorMessage(error)}`);
  }
}

function appliedYaml(text: string): Applied {
  try {
    const { value, duplicates } = parseYamlLeniently(text);
    const twice = duplicates.map(
      ({ key, line }) => `line ${line}: key ${JSON.stringify(key)} already set in map`,
    );
    return { value: value ?? {}, twice };
  } catch (error) {
    throw badRequest(`error decoding YAML: ${errorMessage(error)}`);
  }
}

function objectOf(value: unknown): Json {
  if (isObject(value)) return value;
  const found = Array.isArray(value) ? "array" : typeof value;
  throw badRequest(
    `error decoding YAML: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal ${found} into Go value of type map[string]interface {}`,
  );
}

export function readFieldValidation(call: Call): FieldValidation {
  const text = call.query.get("fieldValidation");
  if (text === null || text === "") return "Warn";
  if (text === "Strict" || text === "Warn" || text === "Ignore") return text;
  throw badRequest(`invalid fieldValidation ${JSON.stringify(text)}`);
}

/** Whether the request is to be tried only. Throws StatusError 422. */
export function readDryRun(call: Call): boolean {
  const values = call.query.getAll("dryRun").filter((value) => value !== "");
  if (values.some((value) => value !== "All")) {
    const message = `Unsupported value: ${JSON.stringify(values)}: supported values: "All"`;
    const options = { POST: "CreateOptions", PUT: "UpdateOptions", PATCH: "PatchOptions" };
    const kind = options[call.request.method as keyof typeof options] ?? "DeleteOptions";
    throw invalid({ group: "meta.k8s.io", kind }, "", [
      { reason: "FieldValueNotSupported", message, field: "dryRun" },
    ]);
  }
  return values.length > 0;
}

async function bodyText(call: Call): Promise<string> {
  return Buffer.from(await bodyBytes(call)).toString("utf8");
}

/** Undefined when there is no body. */
async function readProtobuf(call: Call): Promise<unknown> {
  const bytes = await bodyBytes(call);
  return bytes.length === 0 ? undefined : decodeProtobuf(bytes);
}

async function bodyBytes(call: Call): Promise<Uint8Array> {
  try {
    return await readBytes(call.request, bodyLimit);
  } catch (error) {
    if (isCatalystError(error, "body-too-large")) throw tooLarge(bodyLimit);
    throw error;
  }
}

function parsedYaml(text: string): unknown {
  try {
    return parseYaml(text).value;
  } catch (error) {
    throw badRequest(`error decoding YAML: ${errorMessage(error)}`);
  }
}
