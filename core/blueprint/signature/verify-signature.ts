import type { Digest } from "@catalyst/base/digest";
import { isCatalystError } from "@catalyst/base/errors";
import type { Registry } from "@catalyst/ports/oci";
import { type TrustedKey, trustedKey } from "./keys.ts";
import { verifyArtifact } from "./verify.ts";

/**
 * Tells whether one of the public keys (PEM) signed exactly this digest, as Flux asks it. A key that can't be
 * read trusts nobody. Throws `oci-unavailable`.
 */
export async function verifySignature(
  artifact: { readonly registry: Registry; readonly repository: string; readonly digest: Digest },
  publicKeys: readonly string[],
): Promise<{ readonly verified: true } | { readonly verified: false; readonly reason: string }> {
  const { registry, repository, digest } = artifact;
  const verification = await verifyArtifact(registry, repository, digest, publicKeys.flatMap(readable));
  return verification.verified ? { verified: true } : verification;
}

function readable(pem: string): TrustedKey[] {
  try {
    return [trustedKey(pem)];
  } catch (error) {
    if (isCatalystError(error, "signing-key-invalid")) return [];
    throw error;
  }
}
