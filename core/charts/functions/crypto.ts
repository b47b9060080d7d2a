import { createCipheriv, createDecipheriv, createHmac, scryptSync } from "node:crypto";
import bcrypt from "bcryptjs";
import { decodeBytes, encodeBytes } from "../template/bytes.ts";
import { fixed, type GoFunction, GoPanic } from "../template/values.ts";
import { decodeBase64 } from "./base-n.ts";
import type { Run } from "./environment.ts";
import { dsaKeyPem, ecKey, edKey, keyPem, rsaKey } from "./keys.ts";

const bcryptCost = 10;

export const cryptoFunctions: readonly (readonly [string, GoFunction])[] = [
  ["bcrypt", fixed(["string"], ([password], run: Run) => bcryptHash(password, run))],
  ["htpasswd", fixed(["string", "string"], ([user, password], run: Run) => htpasswd(user, password, run))],
  ["genPrivateKey", fixed(["string"], ([type], run: Run) => privateKey(type, run))],
  [
    "derivePassword",
    fixed(
      ["uint32", "string", "string", "string", "string"],
      ([counter, type, password, user, site], run: Run) => {
        run.budget.checkTime();
        return derivePassword(counter, type, password, user, site);
      },
    ),
  ],
  ["encryptAES", fixed(["string", "string"], ([password, text], run: Run) => encrypt(password, text, run))],
  ["decryptAES", fixed(["string", "string"], ([password, text]) => decrypt(password, text))],
];

function bcryptHash(password: string, run: Run): string {
  run.budget.checkTime();
  if (encodeBytes(password).length > 72) {
    return "failed to encrypt string with bcrypt: bcrypt: password length exceeds 72 bytes";
  }
  const salt = bcrypt.encodeBase64([...run.environment.random.bytes(16)], 16);
  return bcrypt.hashSync(password, `$2a$${bcryptCost}$${salt}`);
}

function htpasswd(user: string, password: string, run: Run): string {
  if (user.includes(":")) return `invalid username: ${user}`;
  return `${user}:${bcryptHash(password, run)}`;
}

function privateKey(type: string, run: Run): string {
  run.budget.checkTime();
  const { random } = run.environment;
  switch (type) {
    case "":
    case "rsa":
      return keyPem(rsaKey(4096, random));
    case "dsa":
      return dsaKeyPem(random);
    case "ecdsa":
      return keyPem(ecKey(random));
    case "ed25519":
      return keyPem(edKey(random));
    default:
      return `Unknown type ${type}`;
  }
}

function aesKey(password: string): Buffer {
  const key = Buffer.alloc(32);
  key.set(encodeBytes(password).subarray(0, 32));
  return key;
}

function encrypt(password: string, text: string, run: Run): string {
  if (text === "") return "";
  const vector = run.environment.random.bytes(16);
  const cipher = createCipheriv("aes-256-cbc", aesKey(password), vector);
  return Buffer.concat([vector, cipher.update(encodeBytes(text)), cipher.final()]).toString("base64");
}

function decrypt(password: string, text: string): string {
  if (text === "") return "";
  const bytes = decodeBase64(text);
  const capacity = Math.floor(text.length / 4) * 3;
  if (capacity < 16)
    throw new GoPanic(`runtime error: slice bounds out of range [:16] with capacity ${capacity}`);
  if (bytes.length < 16) throw new GoPanic(`runtime error: slice bounds out of range [16:${bytes.length}]`);
  if (bytes.length % 16 !== 0) throw new GoPanic("crypto/cipher: input not full blocks");
  if (bytes.length === 16) throw new GoPanic("runtime error: index out of range [-1]");
  const decipher = createDecipheriv("aes-256-cbc", aesKey(password), bytes.subarray(0, 16));
  // sprig cuts the padding without checking it.
  decipher.setAutoPadding(false);
  const plain = Buffer.concat([decipher.update(bytes.subarray(16)), decipher.final()]);
  const end = plain.length - (plain.at(-1) ?? 0);
  if (end < 0) throw new GoPanic(`runtime error: slice bounds out of range [:${end}]`);
  return decodeBytes(plain.subarray(0, end));
}

const seed = "com.lyndir.masterpassword";

/** Patterns of the Master Password algorithm, by kind of password. */
const passwordPatterns: Readonly<Record<string, readonly string[]>> = {
  maximum: ["anoxxxxxxxxxxxxxxxxx", "axxxxxxxxxxxxxxxxxno"],
  long: (
    "CvcvnoCvcvCvcv CvcvCvcvnoCvcv CvcvCvcvCvcvno CvccnoCvcvCvcv CvccCvcvnoCvcv CvccCvcvCvcvno CvcvnoCvccCvcv " +
    "CvcvCvccnoCvcv CvcvCvccCvcvno CvcvnoCvcvCvcc CvcvCvcvnoCvcc CvcvCvcvCvccno CvccnoCvccCvcv CvccCvccnoCvcv " +
    "CvccCvccCvcvno CvcvnoCvccCvcc CvcvCvccnoCvcc CvcvCvccCvccno CvccnoCvcvCvcc CvccCvcvnoCvcc CvccCvcvCvccno"
  ).split(" "),
  medium: ["CvcnoCvc", "CvcCvcno"],
  short: ["Cvcn"],
  basic: ["aaanaaan", "aannaaan", "aaannaaa"],
  pin: ["nnnn"],
};

const vowels = "aeiou";
const consonants = "bcdfghjklmnpqrstvwxyz";
const upperVowels = vowels.toUpperCase();
const upperConsonants = consonants.toUpperCase();

const passwordCharacters: Readonly<Record<string, string>> = {
  V: upperVowels,
  C: upperConsonants,
  v: vowels,
  c: consonants,
  A: upperVowels + upperConsonants,
  a: upperVowels + vowels + upperConsonants + consonants,
  n: "0123456789",
  o: "@&%?,=[]_:-+*$#!'^~;()/.",
  x: `${upperVowels}${vowels}${upperConsonants}${consonants}0123456789!@#$%^&*()`,
};

function derivePassword(counter: number, type: string, password: string, user: string, site: string): string {
  const patterns = Object.hasOwn(passwordPatterns, type) ? passwordPatterns[type] : undefined;
  if (patterns === undefined) return `cannot find password template ${type}`;
  const salt = Buffer.concat([Buffer.from(seed), prefixed(user)]);
  const key = scryptSync(encodeBytes(password), salt, 64, {
    N: 32768,
    r: 8,
    p: 2,
    maxmem: 128 * 1024 * 1024,
  });
  const count = Buffer.alloc(4);
  count.writeUInt32BE(counter);
  const digest = createHmac("sha256", key)
    .update(Buffer.concat([Buffer.from(seed), prefixed(site), count]))
    .digest();
  const pattern = patterns[(digest[0] ?? 0) % patterns.length] ?? "";
  return [...pattern]
    .map((kind, index) => {
      const characters = passwordCharacters[kind] ?? "";
      return characters[(digest[index + 1] ?? 0) % characters.length];
    })
    .join("");
}

function prefixed(text: string): Buffer {
  const bytes = encodeBytes(text);
  const size = Buffer.alloc(4);
  size.writeUInt32BE(bytes.length);
  return Buffer.concat([size, bytes]);
}
