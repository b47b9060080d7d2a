import { sign, verify } from "node:crypto";
import { isObject } from "@catalyst/base/json";
import type { SigningKey, TrustedKey } from "./keys.ts";
import { parseStatement, type Statement } from "./statement.ts";

/** Sigstore's bundle, version 0.3: what cosign 3 writes and reads. */
export const bundleType = "application/vnd.dev.sigstore.bundle.v0.3+json";

const payloadType = "application/vnd.in-toto+json";

/** Signs a statement into a Sigstore bundle: a DSSE envelope and a hint which key made it. */
export function signBundle(statement: Statement, key: SigningKey): Uint8Array {
  const payload = Buffer.from(JSON.stringify(statement));
  const signature = sign("sha256", preAuthentication(payloadType, payload), key.privateKey);
  const bundle = {
    mediaType: bundleType,
    verificationMaterial: { publicKey: { hint: key.fingerprint } },
    dsseEnvelope: {
      payload: payload.toString("base64"),
      payloadType,
      signatures: [{ sig: signature.toString("base64") }],
    },
  };
  return new TextEncoder().encode(JSON.stringify(bundle));
}

/** What a bundle says and who signed it. */
export interface OpenedBundle {
  readonly statement: Statement;
  readonly signer: TrustedKey;
}

/** Opens a bundle that one of the keys signed; undefined for anything else, however it is malformed. */
export function openBundle(bytes: Uint8Array, keys: readonly TrustedKey[]): OpenedBundle | undefined {
  const envelope = envelopeOf(bytes);
  if (envelope === undefined) return undefined;
  const payload = Buffer.from(envelope.payload, "base64");
  const signed = preAuthentication(envelope.payloadType, payload);
  const signer = keys.find(({ key }) =>
    envelope.signatures.some((signature) => verify("sha256", signed, key, Buffer.from(signature, "base64"))),
  );
  if (signer === undefined || envelope.payloadType !== payloadType) return undefined;
  const statement = parseStatement(payload);
  return statement === undefined ? undefined : { statement, signer };
}

interface Envelope {
  readonly payload: string;
  readonly payloadType: string;
  readonly signatures: readonly string[];
}

function envelopeOf(bytes: Uint8Array): Envelope | undefined {
  let bundle: unknown;
  try {
    bundle = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
  const envelope = isObject(bundle) ? bundle["dsseEnvelope"] : undefined;
  if (!isObject(envelope) || !Array.isArray(envelope["signatures"])) return undefined;
  const { payload, payloadType: type } = envelope;
  if (typeof payload !== "string" || typeof type !== "string") return undefined;
  const signatures = envelope["signatures"]
    .map((item: unknown) => (isObject(item) ? item["sig"] : undefined))
    .filter((item) => typeof item === "string");
  return { payload, payloadType: type, signatures };
}

/** The bytes that are signed (DSSE v1, "PAE"). */
function preAuthentication(type: string, payload: Uint8Array): Uint8Array {
  const head = `DSSEv1 ${Buffer.byteLength(type)} ${type} ${payload.length} `;
  return Buffer.concat([Buffer.from(head), payload]);
}
