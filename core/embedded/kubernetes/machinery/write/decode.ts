import { errorMessage } from "@catalyst/base/errors";
import { isObject } from "@catalyst/base/json";
import { readEmbeddedMetadata } from "../custom/embedded-metadata.ts";
import { prune } from "../custom/prune.ts";
import type { ResourceKind } from "../kind.ts";
import type { Json } from "../object.ts";
import { builtinKinds, builtinType } from "../schema/builtin.ts";
import { withSentEmpty } from "../schema/sent-empty.ts";
import { TypedReader, TypeMismatch } from "../schema/typed-reader.ts";
import { badRequest, invalid, StatusError } from "../status.ts";
import { invalidValue } from "../validate/faults.ts";
import { strictFaults } from "./duplicates.ts";
import type { Decoded, FieldValidation } from "./types.ts";

/**
 * Reads a JSON body as an object of a kind: unknown and duplicate fields are dropped and reported as
 * `fieldValidation` says (default Warn), `Secret.stringData` and defaults are not looked at yet. A builtin kind's missing
 * apiVersion or kind is filled in; another one is refused, and of a custom kind a missing one too. Throws StatusError
 * 400, and 422 for a custom object of another kind.
 */
export function decodeBody(kind: ResourceKind, text: string, fieldValidation?: FieldValidation): Decoded {
  return decode(kind, parseJson(text, kind.kind), fieldValidation, text);
}

/** The same for a body parsed already (YAML, protobuf); duplicates can't be seen any more. */
export function decodeValue(kind: ResourceKind, value: unknown, fieldValidation?: FieldValidation): Decoded {
  return decode(kind, value, fieldValidation, undefined);
}

function parseJson(text: string, kind: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw badRequest(
      `the object provided is unrecognized (must be of type ${kind}): couldn't get version/kind; json parse error: ${errorMessage(error)}`,
    );
  }
}

function decode(
  kind: ResourceKind,
  value: unknown,
  fieldValidation: FieldValidation | undefined,
  text: string | undefined,
): Decoded {
  if (!isObject(value)) {
    throw badRequest(
      `the object provided is unrecognized (must be of type ${kind.kind}): couldn't get version/kind; json parse error`,
    );
  }
  if (kind.custom === undefined) checkKind(kind, value);
  else checkCustomKind(kind, value, text);
  const { object, unknown } = boundedDepth(() =>
    kind.custom === undefined ? readBuiltin(kind, value) : readCustom(kind, value),
  );
  const read = {
    ...(kind.custom === undefined ? withReset(object, value) : object),
    apiVersion: kind.apiVersion,
    kind: kind.kind,
  };
  if (fieldValidation === "Ignore") return { object: read, warnings: [] };
  const warnings = strictWarnings(kind, text, unknown);
  if (fieldValidation === "Strict" && warnings.length > 0) {
    throw cannotBeHandled(kind, value, `strict decoding error: ${warnings.join(", ")}`);
  }
  return { object: read, warnings };
}

/** An empty list of a builtin kind's managers isn't the same as none: it asks for all tracking to be dropped. */
function withReset(object: Json, sent: Json): Json {
  const { metadata } = sent;
  const managers = isObject(metadata) ? metadata["managedFields"] : undefined;
  if (!Array.isArray(managers) || managers.length > 0 || !isObject(object["metadata"])) return object;
  return { ...object, metadata: { ...object["metadata"], managedFields: [] } };
}

/** A custom object is decoded before its schema is looked at, so that its duplicates come first. */
function strictWarnings(kind: ResourceKind, text: string | undefined, unknown: readonly string[]): string[] {
  const known = unknown.map((path) => `unknown field "${path}"`);
  if (text === undefined) return known;
  return kind.custom === undefined ? [...strictFaults(text, unknown)] : [...strictFaults(text, []), ...known];
}

/** Runs what recurses over a request's value: one nested past all measure is refused, not a crash. */
export function boundedDepth<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (error instanceof RangeError) throw badRequest("json: exceeded max depth");
    throw error;
  }
}

function checkKind(kind: ResourceKind, value: Json): void {
  const { apiVersion, kind: named } = value;
  if (typeof apiVersion === "string" && apiVersion !== "" && apiVersion !== kind.apiVersion) {
    if (!isServedVersion(apiVersion)) {
      const version = apiVersion.slice(apiVersion.indexOf("/") + 1);
      const named = String(value["kind"] ?? kind.kind);
      throw badRequest(
        `${named} in version "${version}" cannot be handled as a ${kind.kind}: no kind "${named}" is registered for version "${apiVersion}" in scheme "pkg/runtime/scheme.go:111"`,
      );
    }
    throw otherVersion(kind, apiVersion);
  }
  if (typeof named === "string" && named !== "" && named !== kind.kind) {
    throw cannotBeHandled(
      kind,
      value,
      `converting (${kind.version}.${named}) to (${kind.group.split(".")[0] || "core"}.${kind.kind}): unknown conversion`,
    );
  }
}

/** A custom object says of which kind it is: nothing is filled in. `text`: the body, where it is known. */
function checkCustomKind(kind: ResourceKind, value: Json, text: string | undefined): void {
  const body = text ?? JSON.stringify(value);
  const refuse = (why: string) => {
    const message = `the object provided is unrecognized (must be of type ${kind.kind}): ${why} (${summary(body)})`;
    return new Unreadable(message, why);
  };
  for (const field of ["apiVersion", "kind"] as const) {
    const found = value[field];
    if (found === undefined || found === null || typeof found === "string") continue;
    const type = Array.isArray(found) ? "array" : typeof found === "boolean" ? "bool" : typeof found;
    throw refuse(
      `couldn't get version/kind; json parse error: json: cannot unmarshal ${type} into Go struct field .${field} of type string`,
    );
  }
  const { apiVersion = "", kind: named = "" } = value as { apiVersion?: string | null; kind?: string | null };
  if (named === "" || named === null) throw refuse(`Object 'Kind' is missing in '${body}'`);
  if (apiVersion !== kind.apiVersion) throw otherVersion(kind, apiVersion ?? "");
  if (named === kind.kind) return;
  const { name } = isObject(value["metadata"]) ? value["metadata"] : {};
  const fault = invalidValue("kind", named, `must be ${kind.kind}`);
  throw invalid({ group: kind.group, kind: named }, typeof name === "string" ? name : "", [fault]);
}

/** The beginning of a body, as a refusal quotes it. */
function summary(body: string): string {
  return body.length > 30 ? `${body.slice(0, 30)} ...` : body;
}

function otherVersion(kind: ResourceKind, apiVersion: string): StatusError {
  return badRequest(
    `the API version in the data (${apiVersion}) does not match the expected API version (${kind.apiVersion})`,
  );
}

function isServedVersion(apiVersion: string): boolean {
  return builtinKinds().some((kind) => kind.apiVersion === apiVersion);
}

function readBuiltin(kind: ResourceKind, value: Json): { object: Json; unknown: readonly string[] } {
  const reader = new TypedReader();
  try {
    const read = reader.read(kind.schema, value) as Json;
    return { object: withSentEmpty(read, reader.empty), unknown: reader.unknown };
  } catch (error) {
    if (error instanceof TypeMismatch) throw cannotBeHandled(kind, value, error.message);
    throw error;
  }
}

function readCustom(kind: ResourceKind, value: Json): { object: Json; unknown: readonly string[] } {
  const unknown: string[] = [];
  const { metadata, ...rest } = value;
  const kept =
    kind.custom?.preserveUnknownFields === true
      ? structuredClone(rest)
      : prune(kind.schema, rest, "", unknown);
  const reader = new TypedReader();
  try {
    const read = reader.read(builtinType("apimachinery.pkg.apis.meta.v1.ObjectMeta"), metadata ?? {});
    readEmbeddedMetadata(kind.schema, kept);
    return {
      object: { ...(kept as Json), metadata: read },
      unknown: [...reader.unknown.map((path) => `metadata.${path}`), ...unknown.sort()],
    };
  } catch (error) {
    if (error instanceof TypeMismatch) throw cannotBeHandled(kind, value, error.message);
    throw error;
  }
}

/** 400: a value isn't one of the type; `why` is what Go's decoder says. */
export class Unreadable extends StatusError {
  readonly why: string;

  constructor(message: string, why: string) {
    super(400, "BadRequest", message);
    this.why = why;
  }
}

function cannotBeHandled(kind: ResourceKind, value: Json, reason: string): StatusError {
  const named = typeof value["kind"] === "string" && value["kind"] !== "" ? value["kind"] : kind.kind;
  const message = `${named} in version "${kind.version}" cannot be handled as a ${kind.kind}: ${reason}`;
  return new Unreadable(message, reason);
}
