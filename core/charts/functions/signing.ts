import { type KeyObject, sign } from "node:crypto";
import { p256, p384, p521 } from "@noble/curves/nist.js";
import { GoError } from "../template/values.ts";
import { derIdentifier, derNull, derSequence } from "./der.ts";

/** How a key signs certificates, as Go's x509 chooses it. */
export interface Signing {
  /** The encoded identifier of the algorithm. */
  readonly algorithm: Buffer;
  sign(body: Uint8Array): Buffer;
}

/** The curves Go's x509 signs with, by OpenSSL's name: the algorithm with the hash that goes with the curve. */
const curves = new Map([
  ["prime256v1", { curve: p256, algorithm: "1.2.840.10045.4.3.2" }],
  ["secp384r1", { curve: p384, algorithm: "1.2.840.10045.4.3.3" }],
  ["secp521r1", { curve: p521, algorithm: "1.2.840.10045.4.3.4" }],
]);

/** Finds how a key signs. A signature follows from key and text alone, so that a plan is the same each time. */
export function signingOf(key: KeyObject): Signing {
  switch (key.asymmetricKeyType) {
    case "ec":
      return ellipticSigning(key);
    case "ed25519":
      return {
        algorithm: derSequence([derIdentifier("1.3.101.112")]),
        sign: (body) => sign(null, body, key),
      };
    case "rsa":
      return {
        algorithm: derSequence([derIdentifier("1.2.840.113549.1.1.11"), derNull()]),
        sign: (body) => sign("sha256", body, key),
      };
    default:
      throw unsupported("x509: only RSA, ECDSA and Ed25519 keys supported");
  }
}

/** Node's ECDSA draws a number for every signature; RFC 6979 derives it. */
function ellipticSigning(key: KeyObject): Signing {
  const known = curves.get(key.asymmetricKeyDetails?.namedCurve ?? "");
  if (known === undefined) throw unsupported("x509: unsupported elliptic curve");
  const secret = Buffer.from(key.export({ format: "jwk" }).d ?? "", "base64url");
  return {
    algorithm: derSequence([derIdentifier(known.algorithm)]),
    sign: (body) => Buffer.from(known.curve.sign(body, secret, { format: "der" })),
  };
}

function unsupported(problem: string): GoError {
  return new GoError(`error creating certificate: ${problem}`);
}
