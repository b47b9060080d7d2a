import { formatDuration } from "@catalyst/base/duration";
import { errorMessage } from "@catalyst/base/errors";
import { badRequest, builtinType } from "../machinery/index.ts";
import { findMessage, type Message } from "./messages.ts";
import { readFields, type WireField } from "./wire.ts";

type Json = Record<string, unknown>;

const meta = "apimachinery.pkg.apis.meta.v1";
const magic = Buffer.from("k8s\0");

/**
 * Decodes a protobuf body of the Kubernetes API (a `runtime.Unknown` behind `k8s\0`) to the JSON it stands
 * for. Only builtin types have such a form. Throws StatusError 400.
 */
export function decodeProtobuf(bytes: Uint8Array): unknown {
  if (!magic.equals(bytes.subarray(0, 4)))
    throw badRequest("the body doesn't begin as protobuf of this API does");
  try {
    const envelope = decodeMessage("apimachinery.pkg.runtime.Unknown", bytes.subarray(4));
    const { apiVersion = "", kind = "" } = envelope["typeMeta"] as { apiVersion?: string; kind?: string };
    const name = messageName(apiVersion, kind);
    if (name === undefined) throw badRequest(`no protobuf message is known for ${apiVersion} ${kind}`);
    const raw = Buffer.from((envelope["raw"] as string | undefined) ?? "", "base64");
    return { apiVersion, kind, ...decodeMessage(name, raw) };
  } catch (error) {
    if (!(error instanceof RangeError) && !(error instanceof SyntaxError)) throw error;
    throw badRequest(`the body isn't valid protobuf: ${errorMessage(error)}`);
  }
}

/** The message of a kind; options such as DeleteOptions are meta's, whatever group they come with. */
function messageName(apiVersion: string, kind: string): string | undefined {
  const [group, version] = apiVersion.includes("/") ? apiVersion.split("/") : ["core", apiVersion];
  const folder = group!.split(".")[0];
  const names = [
    folder === "apiextensions"
      ? `apiextensions-apiserver.pkg.apis.apiextensions.${version}.${kind}`
      : `api.${folder}.${version}.${kind}`,
    `${meta}.${kind}`,
  ];
  return names.find((name) => findMessage(name) !== undefined);
}

/** Messages whose JSON isn't an object with their fields. */
const special: Readonly<Record<string, (fields: Json) => unknown>> = {
  "apimachinery.pkg.api.resource.Quantity": ({ string }) => string ?? "0",
  "apimachinery.pkg.util.intstr.IntOrString": ({ type, intVal, strVal }) =>
    type === 1 ? (strVal ?? "") : (intVal ?? 0),
  [`${meta}.Time`]: (fields) => moment(fields, 0),
  [`${meta}.MicroTime`]: (fields) => moment(fields, 6),
  [`${meta}.Duration`]: ({ duration }) => formatDuration(Number(duration ?? 0) / 1e6),
  [`${meta}.FieldsV1`]: ({ Raw }) => parseRaw(Raw),
  "apimachinery.pkg.runtime.RawExtension": ({ raw }) => parseRaw(raw),
  "apiextensions-apiserver.pkg.apis.apiextensions.v1.JSON": ({ raw }) => parseRaw(raw),
  "apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrArray": ({ schema, jSONSchemas }) =>
    jSONSchemas ?? schema,
  "apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrBool": ({ allows, schema }) =>
    schema ?? allows,
  "apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrStringArray": ({ schema, property }) =>
    property ?? schema,
  "api.authorization.v1.ExtraValue": ({ items }) => items ?? [],
  "api.authentication.v1.ExtraValue": ({ items }) => items ?? [],
};

function moment({ seconds, nanos }: Json, digits: number): string | null {
  if (!seconds && !nanos) return null;
  const text = new Date(Number(seconds) * 1000).toISOString().slice(0, 19);
  const fraction = digits === 0 ? "" : `.${String(Math.floor(Number(nanos ?? 0) / 1000)).padStart(6, "0")}`;
  return `${text}${fraction}Z`;
}

function parseRaw(value: unknown): unknown {
  const text = Buffer.from(String(value ?? ""), "base64").toString();
  return text === "" ? null : JSON.parse(text);
}

function decodeMessage(name: string, bytes: Uint8Array): Json {
  const message = findMessage(name);
  if (message === undefined) throw new RangeError(`no message ${name}`);
  const fields = collect(message, bytes);
  return name in special ? fields : shaped(name, message, fields);
}

function decodeValue(type: string, isMessage: boolean, field: WireField): unknown {
  if (!isMessage) return decodeScalar(type, field);
  const bytes = "bytes" in field ? field.bytes : new Uint8Array();
  const value = decodeMessage(type, bytes);
  const convert = special[type];
  return convert === undefined ? value : convert(value);
}

function decodeScalar(type: string, field: WireField): unknown {
  if ("integer" in field) {
    if (type === "bool") return field.integer !== 0n;
    return Number(type.startsWith("u") ? field.integer : BigInt.asIntN(64, field.integer));
  }
  if ("fixed" in field) {
    const view = new DataView(field.fixed.buffer, field.fixed.byteOffset, field.fixed.byteLength);
    return field.fixed.length === 8 ? view.getFloat64(0, true) : view.getFloat32(0, true);
  }
  const buffer = Buffer.from(field.bytes);
  return type === "bytes" ? buffer.toString("base64") : buffer.toString("utf8");
}

function collect(message: Message, bytes: Uint8Array): Json {
  const result: Json = {};
  for (const wire of readFields(bytes)) {
    const field = message.get(wire.number);
    if (field === undefined) continue;
    const { name, form, type, isMessage } = field;
    if (form === "single") result[name] = decodeValue(type, isMessage, wire);
    else if (form === "repeated") {
      result[name] ??= [];
      (result[name] as unknown[]).push(decodeValue(type, isMessage, wire));
    } else {
      const [key, value] = decodeEntry(type, isMessage, wire);
      result[name] ??= {};
      // A plain assignment of the key `__proto__` would set something else.
      Object.defineProperty(result[name], key, {
        value,
        enumerable: true,
        configurable: true,
        writable: true,
      });
    }
  }
  return result;
}

function decodeEntry(type: string, isMessage: boolean, wire: WireField): [string, unknown] {
  let key = "";
  let value: unknown = isMessage ? {} : "";
  for (const field of readFields("bytes" in wire ? wire.bytes : new Uint8Array())) {
    if (field.number === 1) key = String(decodeScalar("string", field));
    if (field.number === 2) value = decodeValue(type, isMessage, field);
  }
  return [key, value];
}

/**
 * Gives fields the names and places JSON has them in. A message field that the type doesn't have is one that
 * Go embeds: in JSON its fields stand where it does.
 */
function shaped(name: string, message: Message, fields: Json): Json {
  const known = typeFields(name);
  const result: Json = {};
  for (const { name: field, isMessage, form } of message.values()) {
    if (!(field in fields)) continue;
    const value = fields[field];
    const jsonName = schemaNames(name, field);
    const embedded = isMessage && form === "single" && known !== undefined && !known.has(jsonName);
    if (embedded) Object.assign(result, value);
    else result[jsonName] = value;
  }
  return result;
}

function typeFields(name: string): ReadonlyMap<string, unknown> | undefined {
  try {
    return builtinType(`io.k8s.${name}`).fields;
  } catch {
    return undefined;
  }
}

/** JSONSchemaProps spells some names differently: `ref` is `$ref`, `xKubernetesMapType` `x-kubernetes-map-type`. */
function schemaNames(message: string, field: string): string {
  if (!message.endsWith(".JSONSchemaProps")) return field;
  if (field === "ref" || field === "schema") return `$${field}`;
  if (!field.startsWith("xKubernetes")) return field;
  return field.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
