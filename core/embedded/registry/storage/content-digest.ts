import { createHash, type Hash } from "node:crypto";
import { RegistryProblem } from "../protocol/problem.ts";

const hexLengths = { sha256: 64, sha512: 128 } as const;
type Algorithm = keyof typeof hexLengths;

/** A parsed content digest. The protocol allows sha512 besides the sha256 that Catalyst itself uses. */
export interface ContentDigest {
  readonly algorithm: Algorithm;
  readonly hex: string;
  /** `<algorithm>:<hex>` */
  readonly text: string;
}

/** Parses a digest. Throws DIGEST_INVALID. */
export function parseContentDigest(text: string): ContentDigest {
  const [algorithm = "", hex = ""] = text.split(":", 2);
  const known = Object.hasOwn(hexLengths, algorithm);
  if (!known || hex.length !== hexLengths[algorithm as Algorithm] || !/^[0-9a-f]+$/.test(hex)) {
    throw new RegistryProblem("DIGEST_INVALID", `${JSON.stringify(text)} is not a sha256 or sha512 digest`);
  }
  return { algorithm: algorithm as Algorithm, hex, text: `${algorithm}:${hex}` };
}

/** The digest of bytes. */
export function contentDigestOf(bytes: Uint8Array, algorithm: Algorithm = "sha256"): ContentDigest {
  return digestFrom(createHash(algorithm).update(bytes), algorithm);
}

/** Ends a hash as a digest. */
export function digestFrom(hash: Hash, algorithm: Algorithm): ContentDigest {
  const hex = hash.digest("hex");
  return { algorithm, hex, text: `${algorithm}:${hex}` };
}
