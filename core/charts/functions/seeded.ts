import { createCipheriv, createHash, randomBytes } from "node:crypto";
import type { RandomSource } from "./environment.ts";

/** Random bytes that follow from a seed alone: AES-256 in counter mode under the seed's hash. */
export function seededRandom(seed: string | Uint8Array): RandomSource {
  const key = createHash("sha256").update(seed).digest();
  const stream = createCipheriv("aes-256-ctr", key, Buffer.alloc(16));
  return { bytes: (count) => stream.update(Buffer.alloc(count)) };
}

/** Random bytes of the machine. */
export const systemRandom: RandomSource = { bytes: (count) => randomBytes(count) };
