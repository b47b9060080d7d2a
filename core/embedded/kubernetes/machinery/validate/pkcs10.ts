import { createPublicKey, verify, X509Certificate } from "node:crypto";

/*
 * What is looked at of certificates and of requests for them. A request (RFC 2986) is three parts: what is asked,
 * which algorithm signed it, and the signature; so much DER is read here, without the large library that issues.
 */

const block = /-----BEGIN ([^-\n]+)-----\r?\n([\s\S]*?)-----END \1-----/;
const blocks = new RegExp(block.source, "g");

/** What is wrong with a PEM request for a certificate, in upstream's words; undefined when nothing is. */
export function requestProblem(pem: string): string | undefined {
  const [, type, body = ""] = block.exec(pem) ?? [];
  if (type !== "CERTIFICATE REQUEST") return "PEM block type must be CERTIFICATE REQUEST";
  try {
    const der = Buffer.from(body, "base64");
    organizationsOf(der);
    return signatureProblem(der);
  } catch {
    return "asn1: structure error: the request isn't one of PKCS #10";
  }
}

/** A value of DER: its tag, its content, and all of it. */
interface Element {
  readonly tag: number;
  readonly content: Buffer;
  readonly whole: Buffer;
}

function elementsOf(bytes: Buffer): readonly Element[] {
  const elements: Element[] = [];
  for (let start = 0; start < bytes.length; ) {
    const [header, length] = lengthAt(bytes, start + 1);
    const end = header + length;
    if (end > bytes.length) throw new RangeError("a value is longer than what holds it");
    elements.push({
      tag: bytes.readUInt8(start),
      content: bytes.subarray(header, end),
      whole: bytes.subarray(start, end),
    });
    start = end;
  }
  return elements;
}

/** Where the content begins and how long it is. */
function lengthAt(bytes: Buffer, place: number): readonly [number, number] {
  const first = bytes.readUInt8(place);
  if (first < 0x80) return [place + 1, first];
  const size = first & 0x7f;
  return [place + 1 + size, bytes.readUIntBE(place + 1, size)];
}

const organizationName = "55040a";

/**
 * The organizations (groups of a user) that a request for a certificate names. None of a request that can't be read:
 * `requestProblem` refuses that.
 */
export function requestedOrganizations(pem: string): readonly string[] {
  try {
    return organizationsOf(Buffer.from(block.exec(pem)?.[2] ?? "", "base64"));
  } catch {
    return [];
  }
}

function organizationsOf(der: Buffer): readonly string[] {
  const asked = part(elementsOf(part(elementsOf(der), 0).content), 0);
  const sets = elementsOf(part(elementsOf(asked.content), 1).content);
  return sets
    .flatMap((set) => elementsOf(set.content))
    .map((attribute) => elementsOf(attribute.content))
    .filter((attribute) => part(attribute, 0).content.toString("hex") === organizationName)
    .map((attribute) => textOf(part(attribute, 1)));
}

const twoByteText = 0x1e;

function textOf({ tag, content }: Element): string {
  return tag === twoByteText ? Buffer.from(content).swap16().toString("utf16le") : content.toString();
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
  const parts = elementsOf(part(elementsOf(der), 0).content);
  const asked = part(parts, 0);
  const algorithm = part(elementsOf(part(parts, 1).content), 0).content.toString("hex");
  // A bit string begins with how many of its last bits don't count.
  const signature = part(parts, 2).content.subarray(1);
  const publicKey = part(elementsOf(asked.content), 2).whole;
  const hash = hashes[algorithm];
  if (hash === undefined) return "x509: cannot verify signature: algorithm unimplemented";
  const key = createPublicKey({ key: publicKey, format: "der", type: "spki" });
  if (verify(hash, asked.whole, key, signature)) return undefined;
  return key.asymmetricKeyType === "rsa"
    ? "crypto/rsa: verification error"
    : "x509: ECDSA verification failure";
}

function part(elements: readonly Element[], place: number): Element {
  const element = elements[place];
  if (element === undefined) throw new RangeError("a part is missing");
  return element;
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
