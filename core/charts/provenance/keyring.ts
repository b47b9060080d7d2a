import { CatalystError } from "@catalyst/base/errors";
import type { Key } from "openpgp";

/** A keybox starts with a blob of this kind and mark (GnuPG's kbx/keybox-blob.c). */
const keyboxMark = "KBXf";
const openPgpBlob = 2;
const ephemeralFlag = 0x0002;
const blobHeaderSize = 16;

/**
 * Reads a keyring in the forms Helm takes: OpenPGP packets, one or more armored blocks, or GnuPG's keybox. Throws
 * `chart-keyring-invalid`.
 */
export async function readKeyring(bytes: Uint8Array): Promise<readonly Key[]> {
  const { readKeys } = await import("openpgp");
  try {
    const keys = await Promise.all(
      partsOf(Buffer.from(bytes)).map((part) =>
        typeof part === "string" ? readKeys({ armoredKeys: part }) : readKeys({ binaryKeys: part }),
      ),
    );
    return keys.flat();
  } catch (cause) {
    throw new CatalystError("chart-keyring-invalid", "this isn't a keyring", {
      cause,
      hint: "Export it with `gpg --export`, or `gpg --export-secret-keys` for signing.",
    });
  }
}

function partsOf(bytes: Buffer): (string | Uint8Array)[] {
  if (bytes.toString("latin1", 8, 12) === keyboxMark) return [keyboxKeys(bytes)];
  const text = bytes.toString("latin1");
  if (!text.trimStart().startsWith("-----BEGIN PGP")) return [bytes];
  return text.split(/^(?=-----BEGIN PGP)/m).filter((block) => block.trim() !== "");
}

/** The OpenPGP keys of a keybox one after the other; certificates and ephemeral keys are left out. */
function keyboxKeys(bytes: Buffer): Uint8Array {
  const keys: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const size = at + blobHeaderSize <= bytes.length ? bytes.readUInt32BE(at) : 0;
    const blob = bytes.subarray(at, at + size);
    if (size < blobHeaderSize || blob.length < size) throw new Error(`the keybox is damaged at byte ${at}`);
    if (blob[4] === openPgpBlob && (blob.readUInt16BE(6) & ephemeralFlag) === 0) {
      const start = blob.readUInt32BE(8);
      keys.push(blob.subarray(start, start + blob.readUInt32BE(12)));
    }
    at += size;
  }
  return Buffer.concat(keys);
}

/**
 * Finds the key that signs: the one that is called so, or the only one whose name contains it. Throws
 * `chart-key-unknown` with Helm's text.
 */
export function keyNamed(keyring: readonly Key[], name: string): Key {
  const exact = keyring.find((key) => key.getUserIDs().includes(name));
  if (exact !== undefined) return exact;
  const found = keyring.filter((key) => key.getUserIDs().some((user) => user.includes(name)));
  const [key] = found;
  if (found.length > 1) throw unknown(`more than one key contain the id ${JSON.stringify(name)}`);
  if (key === undefined) throw unknown("private key not found");
  return key;
}

function unknown(message: string): CatalystError {
  return new CatalystError("chart-key-unknown", message, {
    hint: "Name the key by one of its user ids, or a part that only one has.",
  });
}
