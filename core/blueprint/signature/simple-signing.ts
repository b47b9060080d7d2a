import { sign, verify } from "node:crypto";
import type { Digest } from "@catalyst/base/digest";
import { isObject } from "@catalyst/base/json";
import type { SigningKey, TrustedKey } from "./keys.ts";

/** cosign's classic scheme: a signed JSON payload as a layer below the tag `sha256-<hex>.sig`. */
export const simpleSigningType = "application/vnd.dev.cosign.simplesigning.v1+json";
export const signatureAnnotation = "dev.cosignproject.cosign/signature";

/** The tag that holds an artifact's classic signatures. */
export function signatureTag(digest: Digest): string {
  return `${digest.replace(":", "-")}.sig`;
}

export interface SimpleSignature {
  readonly payload: Uint8Array;
  /** Base64 of the DER signature. */
  readonly signature: string;
}

/** Signs an artifact's digest. `reference`: the repository people pull it from. */
export function signSimple(digest: Digest, reference: string, key: SigningKey): SimpleSignature {
  const payload = Buffer.from(
    JSON.stringify({
      critical: {
        identity: { "docker-reference": reference },
        image: { "docker-manifest-digest": digest },
        type: "cosign container image signature",
      },
      optional: null,
    }),
  );
  return { payload, signature: sign("sha256", payload, key.privateKey).toString("base64") };
}

/** The key that signed exactly this digest; undefined when none of them did. */
export function simpleSigner(
  { payload, signature }: SimpleSignature,
  digest: Digest,
  keys: readonly TrustedKey[],
): TrustedKey | undefined {
  const signer = keys.find(({ key }) => verify("sha256", payload, key, Buffer.from(signature, "base64")));
  return signer !== undefined && signedDigest(payload) === digest ? signer : undefined;
}

function signedDigest(payload: Uint8Array): unknown {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder().decode(payload));
  } catch {
    return undefined;
  }
  const critical = isObject(value) ? value["critical"] : undefined;
  const image = isObject(critical) ? critical["image"] : undefined;
  return isObject(image) ? image["docker-manifest-digest"] : undefined;
}
