import { checkPrimeSync, createPrivateKey, createPublicKey, type KeyObject } from "node:crypto";
import { GoError } from "../template/values.ts";
import { derInteger, derSequence, pem } from "./der.ts";
import type { RandomSource } from "./environment.ts";
import { seededRandom } from "./seeded.ts";

const publicExponent = 65_537n;

/** Keys made lately, by what they were made from: a plan that is rendered again needs them again. */
const recent = new Map<string, KeyObject>();
const recentLimit = 64;

/**
 * Makes an RSA key that follows from the random source, so that a seed gives the same key. Node's own generator
 * can't be seeded; its primality test and its arithmetic are used.
 */
export function rsaKey(bits: number, random: RandomSource): KeyObject {
  const seed = Buffer.from(random.bytes(32)).toString("hex");
  const id = `${bits} ${seed}`;
  const known = recent.get(id);
  if (known !== undefined) return known;
  const key = newRsaKey(bits, seededRandom(id));
  if (recent.size >= recentLimit) recent.clear();
  recent.set(id, key);
  return key;
}

function newRsaKey(bits: number, random: RandomSource): KeyObject {
  for (;;) {
    const p = prime(bits / 2, random);
    const q = prime(bits / 2, random);
    if (p === q) continue;
    return p > q ? rsaFromPrimes(p, q) : rsaFromPrimes(q, p);
  }
}

/** Rounds of the primality test: enough for random candidates of this size (FIPS 186-5, table B.1). */
const checks = 8;

function prime(bits: number, random: RandomSource): bigint {
  for (;;) {
    const bytes = Buffer.from(random.bytes(bits / 8));
    // Both top bits, so that the product of two has all its bits; odd.
    bytes[0] = (bytes[0] ?? 0) | 0xc0;
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) | 1;
    let candidate = fromBytes(bytes);
    for (let tries = 0; tries < 2000; tries++, candidate += 2n) {
      if (candidate % 3n === 0n || candidate % 5n === 0n || candidate % 7n === 0n) continue;
      if ((candidate - 1n) % publicExponent === 0n || candidate >> BigInt(bits) !== 0n) continue;
      if (checkPrimeSync(toBytes(candidate), { checks })) return candidate;
    }
  }
}

function rsaFromPrimes(p: bigint, q: bigint): KeyObject {
  const d = inverse(publicExponent, (p - 1n) * (q - 1n));
  const numbers = {
    n: p * q,
    e: publicExponent,
    d,
    p,
    q,
    dp: d % (p - 1n),
    dq: d % (q - 1n),
    qi: inverse(q, p),
  };
  const jwk = Object.fromEntries(
    Object.entries(numbers).map(([name, value]) => [name, Buffer.from(toBytes(value)).toString("base64url")]),
  );
  return createPrivateKey({ key: { kty: "RSA", ...jwk }, format: "jwk" });
}

/** Makes a P-256 key from the random source. */
export function ecKey(random: RandomSource): KeyObject {
  // SEC 1 form: version 1, the private number, the curve's name; the public point is worked out on import.
  const head = Buffer.from("30310201010420", "hex");
  const curve = Buffer.from("a00a06082a8648ce3d030107", "hex");
  for (;;) {
    try {
      const der = Buffer.concat([head, random.bytes(32), curve]);
      const key = createPrivateKey({ key: der, format: "der", type: "sec1" });
      // Read again with its public point, which Go writes beside the private number.
      return createPrivateKey({ key: key.export({ format: "jwk" }), format: "jwk" });
    } catch {
      // A number of zero or past the curve's order: draw again.
    }
  }
}

/** Makes an Ed25519 key from the random source. */
export function edKey(random: RandomSource): KeyObject {
  const prefix = Buffer.from("302e020100300506032b657004220420", "hex");
  return createPrivateKey({ key: Buffer.concat([prefix, random.bytes(32)]), format: "der", type: "pkcs8" });
}

/** Makes a DSA key (2048 and 256 bits) from the random source, in OpenSSL's old PEM form. */
export function dsaKeyPem(random: RandomSource): string {
  const q = prime(256, random);
  const p = dsaPrime(q, random);
  let g = 1n;
  for (let h = 2n; g === 1n; h++) g = power(h, (p - 1n) / q, p);
  const x = (fromBytes(random.bytes(40)) % (q - 1n)) + 1n;
  const numbers = [0n, p, q, g, power(g, x, p), x];
  return pem("DSA PRIVATE KEY", derSequence(numbers.map(derInteger)));
}

function dsaPrime(q: bigint, random: RandomSource): bigint {
  for (;;) {
    const bytes = Buffer.from(random.bytes(256));
    bytes[0] = (bytes[0] ?? 0) | 0x80;
    const start = fromBytes(bytes);
    const candidate = start - (start % (2n * q)) + 1n;
    if (candidate >> 2047n === 1n && checkPrimeSync(toBytes(candidate), { checks })) return candidate;
  }
}

/** Prints a private key as sprig does: RSA and EC in their own forms, others as PKCS#8. */
export function keyPem(key: KeyObject): string {
  switch (key.asymmetricKeyType) {
    case "rsa":
      return key.export({ format: "pem", type: "pkcs1" }) as string;
    case "ec":
      return key.export({ format: "pem", type: "sec1" }) as string;
    default:
      return key.export({ format: "pem", type: "pkcs8" }) as string;
  }
}

/** Reads a private key in any of those forms. Throws GoError. */
export function readKey(text: string): KeyObject {
  if (!/-----BEGIN [^-]+-----/.test(text)) throw new GoError("no PEM data in input");
  const type = /-----BEGIN ([^-]+)-----/.exec(text)?.[1] ?? "";
  if (!type.endsWith("PRIVATE KEY")) throw new GoError(`no private key data in PEM block of type ${type}`);
  try {
    return createPrivateKey(text);
  } catch (error) {
    throw new GoError(`parsing ${type.split(" ")[0]} private key from PEM: ${(error as Error).message}`);
  }
}

/** Gives the public half. */
export function publicKeyOf(key: KeyObject): KeyObject {
  return createPublicKey(key);
}

function fromBytes(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).toString("hex")}`);
}

function toBytes(value: bigint): Uint8Array {
  const hex = value.toString(16);
  return Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, "hex");
}

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  let factor = base % modulus;
  for (let left = exponent; left > 0n; left >>= 1n) {
    if (left & 1n) result = (result * factor) % modulus;
    factor = (factor * factor) % modulus;
  }
  return result;
}

function inverse(value: bigint, modulus: bigint): bigint {
  let [a, b] = [value % modulus, modulus];
  let [x, y] = [1n, 0n];
  while (a > 1n) {
    const quotient = a / b;
    [a, b] = [b, a % b];
    [x, y] = [y, x - quotient * y];
  }
  return x < 0n ? x + modulus : x;
}
