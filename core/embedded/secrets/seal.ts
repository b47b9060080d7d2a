import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { open, readFile, rename, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { CatalystError } from "@catalyst/base/errors";

const keyBytes = 32;
const nonceBytes = 12;
const tagBytes = 16;

/** Seals values with AES-256-GCM. A sealed value opens only under the name it was sealed for. */
export interface Seal {
  seal(name: string, value: Uint8Array): Uint8Array;
  /** Throws `secrets-damaged` when the value was altered, moved or sealed with another key. */
  open(name: string, sealed: Uint8Array): Uint8Array;
}

/** Makes a seal of a 256-bit key. Format: nonce, ciphertext, tag. */
export function sealWith(key: Uint8Array): Seal {
  return {
    seal: (name, value) => {
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv("aes-256-gcm", key, nonce).setAAD(Buffer.from(name));
      return Buffer.concat([nonce, cipher.update(value), cipher.final(), cipher.getAuthTag()]);
    },
    open: (name, sealed) => {
      try {
        const decipher = createDecipheriv("aes-256-gcm", key, sealed.subarray(0, nonceBytes))
          .setAAD(Buffer.from(name))
          .setAuthTag(sealed.subarray(sealed.length - tagBytes));
        const body = sealed.subarray(nonceBytes, sealed.length - tagBytes);
        return Buffer.concat([decipher.update(body), decipher.final()]);
      } catch {
        // the cause could say something of the value
        throw new CatalystError("secrets-damaged", "a sealed value can't be opened");
      }
    },
  };
}

/**
 * Reads the key file; makes it with a new key, mode 600, when there is none and `mayCreate` allows. Throws
 * `secrets-key-missing` and `secrets-key-unusable` (wrong length, or readable by others).
 */
export async function readKey(file: string, mayCreate: boolean): Promise<Uint8Array> {
  const found = await stat(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error;
  });
  if (found === undefined && mayCreate) return createKey(file);
  if (found === undefined) {
    throw new CatalystError("secrets-key-missing", "the key of the secret store is gone", {
      place: { file },
      hint: "Put it back from a backup: without it the secrets can't be opened.",
    });
  }
  const key = Buffer.from((await readFile(file, "utf8")).trim(), "base64");
  if ((found.mode & 0o077) !== 0 || key.length !== keyBytes) {
    const problem = key.length === keyBytes ? "others may read it" : "it isn't a 256-bit key in base64";
    throw new CatalystError("secrets-key-unusable", `the key of the secret store can't be used: ${problem}`, {
      place: { file },
      hint: "Make it a file of mode 600 with the key it had before.",
    });
  }
  return key;
}

/** Makes the file whole or not at all: half a key would keep every later start from opening the secrets. */
async function createKey(file: string): Promise<Uint8Array> {
  const key = randomBytes(keyBytes);
  const handle = await open(`${file}.new`, "w", 0o600);
  try {
    await handle.writeFile(`${key.toString("base64")}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(`${file}.new`, file);
  const folder = await open(dirname(file), "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
  return key;
}
