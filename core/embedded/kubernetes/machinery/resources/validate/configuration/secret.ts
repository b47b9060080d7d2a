import { createPrivateKey, X509Certificate } from "node:crypto";
import { type GoJson, GoJsonError, readGoJson } from "@catalyst/base/go-json";
import { sentEmptyOf } from "../../../schema/sent-empty.ts";
import type { FieldFault } from "../../../status.ts";
import { faultsAt, type Place } from "../../../validate/place.ts";
import { at, type Fields, text } from "../../fields.ts";
import { checkKey } from "./config-map.ts";
import { checkImmutable } from "./immutable.ts";

const most = 1024 * 1024;
const accountAnnotation = "kubernetes.io/service-account.name";

/** Everything wrong with a Secret. Values never get into a fault. */
export function validateSecret(secret: Fields): readonly FieldFault[] {
  return faultsAt("", secret, (place) => {
    const data = place.at("data");
    let size = 0;
    for (const [key, value] of data.entries()) {
      checkKey(value, key);
      size += Buffer.byteLength(value.text, "base64");
    }
    if (size > most) data.tooLong(most);
    ofType[place.at("type").text]?.(data, place);
  });
}

/** What the Secrets of a known type can't do without. */
const ofType: Readonly<Record<string, (data: Place, secret: Place) => void>> = {
  "kubernetes.io/service-account-token": (_data, secret) => {
    const account = secret.at("metadata", "annotations").entry(accountAnnotation);
    if (account.text === "") account.required();
  },
  "kubernetes.io/dockercfg": (data) => checkDocument(data.entry(".dockercfg")),
  "kubernetes.io/dockerconfigjson": (data) => checkDocument(data.entry(".dockerconfigjson")),
  "kubernetes.io/basic-auth": (data) => {
    const parts = ["username", "password"].map((key) => data.entry(key));
    if (parts.every((part) => !part.isSet)) for (const part of parts) part.required();
  },
  "kubernetes.io/ssh-auth": (data) => data.entry("ssh-privatekey").isNeeded(),
  "kubernetes.io/tls": (data) => {
    for (const key of ["tls.crt", "tls.key"]) if (!data.entry(key).isSet) data.entry(key).required();
  },
};

function checkDocument(document: Place): void {
  if (!document.isSet) {
    document.required();
    return;
  }
  const fault = objectFault(Buffer.from(document.text, "base64").toString());
  if (fault !== undefined) document.invalid(fault, "<secret contents redacted>");
}

/** Why a text isn't a JSON object, in Go's words; of the text they show one character at most. */
function objectFault(text: string): string | undefined {
  let value: GoJson;
  try {
    value = readGoJson(text);
  } catch (error) {
    if (!(error instanceof GoJsonError)) throw error;
    const { message, literal } = error;
    return literal === undefined ? message : message.replace(` ${literal}`, "");
  }
  if (value === null || value instanceof Map) return undefined;
  const found = Array.isArray(value) ? "array" : typeof value === "boolean" ? "bool" : typeof value;
  return `json: cannot unmarshal ${found} into Go value of type map[string]interface {}`;
}

/** What an update of a Secret may not change. */
export function validateSecretUpdate(secret: Fields, stored: Fields): readonly FieldFault[] {
  return faultsAt("", secret, (place) => {
    place.at("type").isUnchanged(place.at("type").text === text(stored, "type"));
    checkImmutable(place, stored, ["data"], sentEmptyOf(secret));
  });
}

/** What a writer of a Secret is told: a certificate without its key is of no use. */
export function secretWarnings(secret: Fields): readonly string[] {
  if (text(secret, "type") !== "kubernetes.io/tls") return [];
  const value = (key: string) => Buffer.from(text(at(secret, "data"), key), "base64").toString();
  const fault = pairFault(value("tls.crt"), value("tls.key"));
  return fault === undefined ? [] : [fault];
}

const block = /-----BEGIN ([A-Z0-9 ]+)-----/g;

function blocksOf(pem: string): readonly string[] {
  return [...pem.matchAll(block)].map((match) => match[1] ?? "");
}

/** What keeps a certificate and a key from being used together; in the words of Go's `crypto/tls` where it has them. */
function pairFault(certificate: string, key: string): string | undefined {
  const found = blocksOf(certificate);
  if (found.length === 0) return "tls: failed to find any PEM data in certificate input";
  if (!found.includes("CERTIFICATE")) {
    const skipped = `[${found.join(" ")}]`;
    return `tls: failed to find "CERTIFICATE" PEM block in certificate input after skipping PEM blocks of the following types: ${skipped}`;
  }
  const keys = blocksOf(key);
  if (keys.length === 0) return "tls: failed to find any PEM data in key input";
  try {
    const isPair = new X509Certificate(certificate).checkPrivateKey(createPrivateKey(key));
    return isPair ? undefined : "tls: private key does not match public key";
  } catch {
    return "tls: failed to parse private key";
  }
}
