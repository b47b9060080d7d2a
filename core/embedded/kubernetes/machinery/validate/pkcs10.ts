import { createPublicKey, verify, X509Certificate } from "node:crypto";
import { firstPemBlock, readCertificateRequest } from "@catalyst/base/pkix";

const blocks = /-----BEGIN ([^-\n]+)-----\r?\n([\s\S]*?)-----END \1-----/g;

/** What is wrong with a PEM request for a certificate, in upstream's words; undefined when nothing is. */
export function requestProblem(pem: string): string | undefined {
  const found = firstPemBlock(pem);
  if (found?.type !== "CERTIFICATE REQUEST") return "PEM block type must be CERTIFICATE REQUEST";
  try {
    return signatureProblem(found.bytes);
  } catch {
    return "asn1: structure error: the request isn't one of PKCS #10";
  }
}

/**
 * The organizations (groups of a user) that a request for a certificate names. None of a request that can't be read:
 * `requestProblem` refuses that.
 */
export function requestedOrganizations(pem: string): readonly string[] {
  try {
    return readCertificateRequest(firstPemBlock(pem)?.bytes ?? Buffer.alloc(0)).subject.organizations;
  } catch {
    return [];
  }
}

/** The hash of each signature algorithm; null where the algorithm has one of its own. By its identifier's DER in hex. */
const hashes: Readonly<Record<string, string | null>> = {
  "2a864886f70d01010b": "sha256",
  "2a864886f70d01010c": "sha384",
  "2a864886f70d01010d": "sha512",
  "2a8648ce3d040302": "sha256",
  "2a8648ce3d040303": "sha384",
  "2a8648ce3d040304": "sha512",
  "2b6570": null,
};

function signatureProblem(der: Buffer): string | undefined {
  const { algorithm, signed, signature, publicKey } = readCertificateRequest(der);
  const hash = hashes[algorithm];
  if (hash === undefined) return "x509: cannot verify signature: algorithm unimplemented";
  const key = createPublicKey({ key: publicKey, format: "der", type: "spki" });
  if (verify(hash, signed, key, signature)) return undefined;
  return key.asymmetricKeyType === "rsa"
    ? "crypto/rsa: verification error"
    : "x509: ECDSA verification failure";
}

/** What is wrong with PEM certificates, in upstream's words; undefined when nothing is, or there is no text. */
export function certificatesProblem(pem: string): string | undefined {
  if (pem === "") return undefined;
  const found = [...pem.matchAll(blocks)];
  for (const [whole, type = "", body = ""] of found) {
    if (type !== "CERTIFICATE") return `only CERTIFICATE PEM blocks are allowed, found "${type}"`;
    if (body.includes(":")) return "no PEM block headers are permitted";
    try {
      new X509Certificate(whole);
    } catch {
      return "x509: malformed certificate";
    }
  }
  return found.length === 0 ? "must contain at least one CERTIFICATE PEM block" : undefined;
}
