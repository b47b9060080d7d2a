import { sha256Hex } from "@catalyst/base/digest";
import { CatalystError, errorMessage } from "@catalyst/base/errors";
import { printYaml } from "@catalyst/base/yaml";
import type { PrivateKey } from "openpgp";
import { printMetadata } from "../chart/metadata.ts";
import { readYaml } from "../chart/values-file.ts";
import { loadChart } from "../load-chart.ts";
import { keyNamed, readKeyring } from "./keyring.ts";

/** A chart's archive under the name its provenance file knows it by. */
export interface NamedArchive {
  readonly name: string;
  readonly bytes: Uint8Array;
}

export interface Signer {
  /** A keyring with the secret key. */
  readonly keyring: Uint8Array;
  /** One of the key's user ids, or a part of it. */
  readonly key: string;
  /** Asked only for a key that is locked. */
  passphrase(): Promise<string>;
}

/** What a provenance file proved. */
export interface Verification {
  /** The user ids of the key that signed. */
  readonly signedBy: readonly string[];
  /** Of that key, in upper-case hex. */
  readonly fingerprint: string;
  /** `sha256:` and the archive's digest. */
  readonly hash: string;
}

/** Parts the chart's definition from the digests: YAML's end of a document. */
const separator = "\n...\n";

/**
 * Signs a chart's archive: gives the text of its provenance file, as `helm package --sign`. Throws
 * `chart-keyring-invalid`, `chart-key-unknown`, `chart-key-locked`.
 */
export async function signChart(archive: NamedArchive, signer: Signer): Promise<string> {
  const { createCleartextMessage, sign } = await import("openpgp");
  const signingKeys = await unlocked(signer);
  const files = { [archive.name]: `sha256:${sha256Hex(archive.bytes)}` };
  const text = `${printMetadata(loadChart(archive.bytes).metadata)}${separator}${printYaml({ files })}`;
  const message = await createCleartextMessage({ text });
  // The library ends lines as mail does, helm as files do; the signature is the same.
  return (await sign({ message, signingKeys })).replaceAll("\r\n", "\n");
}

async function unlocked({ keyring, key, passphrase }: Signer): Promise<PrivateKey> {
  const { decryptKey } = await import("openpgp");
  const found = keyNamed(await readKeyring(keyring), key);
  if (!found.isPrivate()) {
    throw new CatalystError(
      "chart-key-unknown",
      "provided key is not a private key. Try providing a keyring with secret keys",
    );
  }
  if (found.isDecrypted()) return found;
  try {
    return await decryptKey({ privateKey: found, passphrase: await passphrase() });
  } catch (cause) {
    throw new CatalystError("chart-key-locked", `the key can't be unlocked: ${errorMessage(cause)}`, {
      cause,
    });
  }
}

/**
 * Checks a chart's archive against its provenance file, as `helm verify`. Throws `chart-provenance-invalid` when
 * nobody of the keyring signed it, or when it is about another archive.
 */
export async function verifyChart(
  archive: NamedArchive,
  provenance: string,
  keyring: Uint8Array,
): Promise<Verification> {
  const { readCleartextMessage, verify } = await import("openpgp");
  const verificationKeys = [...(await readKeyring(keyring))];
  const message = await readCleartextMessage({ cleartextMessage: provenance }).catch((cause: unknown) => {
    throw invalid("signature block not found", cause);
  });
  const { signatures } = await verify({ message, verificationKeys });
  const [signature] = signatures;
  if (signature === undefined) throw invalid("signature block not found");
  await signature.verified.catch((cause: unknown) => {
    throw invalid(`the signature doesn't hold: ${errorMessage(cause)}`, cause);
  });
  const hash = `sha256:${sha256Hex(archive.bytes)}`;
  refuseOtherHash(archive.name, hash, message.getText());
  const key = verificationKeys.find((one) => one.getKeys(signature.keyID).length > 0);
  return {
    signedBy: key?.getUserIDs() ?? [],
    fingerprint: key?.getFingerprint().toUpperCase() ?? "",
    hash,
  };
}

function refuseOtherHash(name: string, hash: string, text: string): void {
  const sums = text.replaceAll("\r\n", "\n").split(separator)[1];
  if (sums === undefined) throw invalid("message block must have at least two parts");
  const value = readYaml(sums);
  const files = value instanceof Map ? value.get("files") : undefined;
  const signed = files instanceof Map ? files.get(name) : undefined;
  if (signed === undefined) {
    throw invalid(`provenance does not contain a SHA for a file named ${JSON.stringify(name)}`);
  }
  if (signed !== hash) {
    throw invalid(
      `sha256 sum does not match for ${name}: ${JSON.stringify(signed)} != ${JSON.stringify(hash)}`,
    );
  }
}

function invalid(message: string, cause?: unknown): CatalystError {
  return new CatalystError("chart-provenance-invalid", message, { cause });
}
