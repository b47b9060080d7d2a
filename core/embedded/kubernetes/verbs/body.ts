import { errorMessage, isCatalystError } from "@catalyst/base/errors";
import { parseYaml } from "@catalyst/base/yaml";
import { readText } from "@catalyst/ports/transport";
import {
  badRequest,
  type Decoded,
  decodeBody,
  decodeValue,
  type FieldValidation,
  type ResourceKind,
} from "../machinery/index.ts";
import type { Call } from "../request/call.ts";
import { tooLarge, unsupportedMediaType } from "../request/errors.ts";

/** Largest request body read (bytes): upstream's. */
const bodyLimit = 3 * 1024 * 1024;

/** The media type of a request's body, without parameters. */
export function mediaType(call: Call): string {
  return (call.request.headers["content-type"] ?? "application/json").split(";")[0]!.trim().toLowerCase();
}

/** Reads the body as an object of `kind` (the call's own unless another is given). Throws StatusError. */
export async function readObject(call: Call, kind: ResourceKind = call.kind): Promise<Decoded> {
  const validation = readFieldValidation(call);
  if (call.request.json !== undefined) return decodeValue(kind, call.request.json, validation);
  const type = mediaType(call);
  if (type === "application/yaml" || type === "application/apply-patch+yaml") {
    const text = await bodyText(call);
    if (text.trimStart().startsWith("{")) return decodeBody(kind, text, validation);
    return decodeValue(kind, parsedYaml(text), validation);
  }
  if (type !== "application/json") throw unsupportedMediaType(type, ["application/json", "application/yaml"]);
  return decodeBody(kind, await bodyText(call), validation);
}

/** Reads the body as plain JSON; undefined when there is none. Throws StatusError 400, 413. */
export async function readValue(call: Call): Promise<unknown> {
  if (call.request.json !== undefined) return call.request.json;
  const text = await bodyText(call);
  if (text.trim() === "") return undefined;
  try {
    return JSON.parse(text);
  } catch (error) {
    throw badRequest(`couldn't decode the body: ${errorMessage(error)}`);
  }
}

export function readFieldValidation(call: Call): FieldValidation {
  const text = call.query.get("fieldValidation");
  if (text === null || text === "") return "Warn";
  if (text === "Strict" || text === "Warn" || text === "Ignore") return text;
  throw badRequest(`invalid fieldValidation ${JSON.stringify(text)}`);
}

/** Whether the request is to be tried only. Throws StatusError 400. */
export function readDryRun(call: Call): boolean {
  const values = call.query.getAll("dryRun").filter((value) => value !== "");
  if (values.some((value) => value !== "All")) throw badRequest(`invalid dryRun ${JSON.stringify(values)}`);
  return values.length > 0;
}

async function bodyText(call: Call): Promise<string> {
  try {
    return await readText(call.request, bodyLimit);
  } catch (error) {
    if (isCatalystError(error, "body-too-large")) throw tooLarge(bodyLimit);
    throw error;
  }
}

function parsedYaml(text: string): unknown {
  try {
    return parseYaml(text).value;
  } catch (error) {
    throw badRequest(`error parsing the body as YAML: ${errorMessage(error)}`);
  }
}
