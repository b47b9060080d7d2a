import { createHash } from "node:crypto";

/** `sha256:<64 hex>`: the only digest form used between parts. */
export type Digest = `sha256:${string}`;

/** Gives the hex SHA-256 of bytes or of a UTF-8 text. */
export function sha256Hex(data: Uint8Array | string): string {
  return createHash("sha256").update(data).digest("hex");
}

/** Gives the digest of bytes or of a UTF-8 text. */
export function digestOf(data: Uint8Array | string): Digest {
  return `sha256:${sha256Hex(data)}`;
}

/** Tells whether a text is a well-formed sha256 digest. */
export function isDigest(text: string): text is Digest {
  return /^sha256:[0-9a-f]{64}$/.test(text);
}
