import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomUUID,
} from "node:crypto";
import { link, open, readFile, rm, writeFile } from "node:fs/promises";
import { CatalystError } from "@catalyst/base/errors";

/** A public key that signatures are accepted from. */
export interface TrustedKey {
  readonly key: KeyObject;
  /** `sha256:<hex>` of the key's DER (SubjectPublicKeyInfo): how a signer is named to people. */
  readonly fingerprint: string;
}

/** A key pair that signs: ECDSA on P-256, as cosign's. */
export interface SigningKey extends TrustedKey {
  readonly privateKey: KeyObject;
  readonly publicPem: string;
}

/** Reads a public key (PEM). Throws `signing-key-invalid`. */
export function trustedKey(pem: string): TrustedKey {
  return withFingerprint(parsed(() => createPublicKey(pem)));
}

/** Reads a private key (PKCS #8 PEM). Throws `signing-key-invalid`. */
export function signingKey(pem: string): SigningKey {
  const privateKey = parsed(() => createPrivateKey(pem));
  const key = createPublicKey(privateKey);
  const publicPem = key.export({ type: "spki", format: "pem" }).toString();
  return { ...withFingerprint(key), privateKey, publicPem };
}

/**
 * Reads the key in a `.pem` file, or makes one there (mode 600); its public half stands beside it as `.pub`,
 * for cosign and everyone else who verifies. Two processes doing so at once end with the same key: the file
 * appears whole and is never replaced. Throws `signing-key-invalid`.
 */
export async function openSigningKey(file: string): Promise<SigningKey> {
  const existing = await readFile(file, "utf8").catch(missing);
  const key = inFile(file, existing ?? (await makeKeyFile(file)));
  const publicFile = `${file.replace(/\.pem$/, "")}.pub`;
  const published = await readFile(publicFile, "utf8").catch(missing);
  if (published !== key.publicPem) await writeFile(publicFile, key.publicPem, { mode: 0o644 });
  return key;
}

function inFile(file: string, text: string): SigningKey {
  try {
    return signingKey(text);
  } catch {
    throw new CatalystError("signing-key-invalid", `${file} doesn't hold a key to sign with`, {
      place: { file },
      hint: "Put it back from a backup, or remove it: a new one is made, which installed releases aren't signed with.",
    });
  }
}

/** Gives the text of the file, which is another's if that was made meanwhile. */
async function makeKeyFile(file: string): Promise<string> {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const temporary = `${file}.${randomUUID()}`;
  const handle = await open(temporary, "wx", 0o600);
  try {
    await handle.writeFile(privateKey.export({ type: "pkcs8", format: "pem" }));
    await handle.sync();
  } finally {
    await handle.close();
  }
  try {
    await link(temporary, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  } finally {
    await rm(temporary, { force: true });
  }
  return readFile(file, "utf8");
}

/** Only a file that isn't there may be made: one that can't be read must never be taken for lost. */
function missing(error: unknown): undefined {
  if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
  throw error;
}

function parsed(read: () => KeyObject): KeyObject {
  let key: KeyObject;
  try {
    key = read();
  } catch {
    // the cause could quote the key
    throw new CatalystError("signing-key-invalid", "this is not a key in PEM");
  }
  if (key.asymmetricKeyType !== "ec" || key.asymmetricKeyDetails?.namedCurve !== "prime256v1") {
    throw new CatalystError("signing-key-invalid", "only ECDSA keys on P-256 are accepted");
  }
  return key;
}

function withFingerprint(key: KeyObject): TrustedKey {
  const der = key.export({ type: "spki", format: "der" });
  return { key, fingerprint: `sha256:${createHash("sha256").update(der).digest("hex")}` };
}
