import { generateKeyPairSync, randomUUID } from "node:crypto";
import type { JWK } from "jose";

/** Makes a key that the provider signs its tokens with: ECDSA on P-256, as JWK. */
export function newSigningKey(): JWK {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  return { ...(privateKey.export({ format: "jwk" }) as JWK), kid: randomUUID(), alg: "ES256", use: "sig" };
}
