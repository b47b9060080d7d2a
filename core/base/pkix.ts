import { type DerValue, derPart, derParts, derText, derValues } from "./der.ts";

/*
 * Reads what is looked at of certificates (RFC 5280) and of requests for them (RFC 2986), without the large library
 * that issues.
 */

/** Attributes of a subject, by their short names. */
const attributes = {
  CN: "550403",
  O: "55040a",
  OU: "55040b",
  /** Kubernetes' own, 1.3.6.1.4.1.57683.2. */
  UID: "2b0601040183c25302",
} as const;

/** Who a certificate is for. */
export interface CertificateSubject {
  /** The last one where several are named, as Go has it; empty without one. */
  readonly commonName: string;
  readonly organizations: readonly string[];
  readonly organizationalUnits: readonly string[];
  readonly uids: readonly string[];
}

/** Other names that a certificate is to be good for, by their kinds. Addresses are texts of their bytes. */
export interface AlternativeNames {
  readonly dns: readonly string[];
  readonly email: readonly string[];
  readonly ip: readonly string[];
  readonly uri: readonly string[];
}

/** What a request for a certificate asks. */
export interface CertificateRequest {
  readonly subject: CertificateSubject;
  readonly alternativeNames: AlternativeNames;
  /** The part that is signed: CertificationRequestInfo. */
  readonly signed: Buffer;
  /** SubjectPublicKeyInfo. */
  readonly publicKey: Buffer;
  /** The identifier of the algorithm that signed it, hex of its DER. */
  readonly algorithm: string;
  readonly signature: Buffer;
}

const block = /-----BEGIN ([^-\n]+)-----\r?\n([\s\S]*?)-----END \1-----/;

/** The type of a text's first PEM block, and its bytes; undefined when there is none. */
export function firstPemBlock(text: string): { readonly type: string; readonly bytes: Buffer } | undefined {
  const [, type, body = ""] = block.exec(text) ?? [];
  return type === undefined ? undefined : { type, bytes: Buffer.from(body, "base64") };
}

/** Reads a request for a certificate. Throws RangeError when it isn't one. */
export function readCertificateRequest(der: Buffer): CertificateRequest {
  const parts = derParts(derValues(der)[0]);
  const asked = derPart(parts, 0);
  const [, subject, publicKey, ...more] = derParts(asked);
  return {
    subject: subjectOf(subject),
    alternativeNames: alternativeNamesOf(more.find(({ tag }) => tag === 0xa0)),
    signed: asked.whole,
    publicKey: derPart(publicKey === undefined ? [] : [publicKey], 0).whole,
    algorithm: derPart(derParts(derPart(parts, 1)), 0).content.toString("hex"),
    // A bit string begins with how many of its last bits don't count.
    signature: derPart(parts, 2).content.subarray(1),
  };
}

/** Reads who a certificate is for. Throws RangeError when it isn't one. */
export function readCertificateSubject(der: Buffer): CertificateSubject {
  const fields = derParts(derParts(derValues(der)[0])[0]);
  // The version is left out of the oldest ones.
  const first = fields[0]?.tag === 0xa0 ? 1 : 0;
  return subjectOf(fields[first + 4]);
}

function subjectOf(name: DerValue | undefined): CertificateSubject {
  const pairs = derParts(name)
    .flatMap((set) => derParts(set))
    .map((pair) => derParts(pair));
  const all = (attribute: keyof typeof attributes) =>
    pairs
      .filter((pair) => derPart(pair, 0).content.toString("hex") === attributes[attribute])
      .map((pair) => derText(derPart(pair, 1)));
  return {
    commonName: all("CN").at(-1) ?? "",
    organizations: all("O"),
    organizationalUnits: all("OU"),
    uids: all("UID"),
  };
}

const extensionRequest = "2a864886f70d01090e";
const subjectAlternativeName = "551d11";
const kinds = { email: 0x81, dns: 0x82, uri: 0x86, ip: 0x87 } as const;

function alternativeNamesOf(requested: DerValue | undefined): AlternativeNames {
  const extensions = (requested === undefined ? [] : derParts(requested))
    .map((attribute) => derParts(attribute))
    .filter(([type]) => type?.content.toString("hex") === extensionRequest)
    .flatMap(([, values]) => derParts(values))
    .flatMap((list) => derParts(list))
    .map((extension) => derParts(extension));
  const names = extensions
    .filter(([type]) => type?.content.toString("hex") === subjectAlternativeName)
    .flatMap((extension) => derValues(extension.at(-1)?.content ?? Buffer.alloc(0)))
    .flatMap((list) => derParts(list));
  const of = (kind: keyof typeof kinds) =>
    names.filter(({ tag }) => tag === kinds[kind]).map(({ content }) => content);
  return {
    dns: of("dns").map(String),
    email: of("email").map(String),
    ip: of("ip").map(addressText),
    uri: of("uri").map(String),
  };
}

function addressText(bytes: Buffer): string {
  if (bytes.length === 4) return bytes.join(".");
  if (bytes.length !== 16) throw new RangeError("an address has another length");
  return Array.from({ length: 8 }, (_, index) => bytes.readUInt16BE(2 * index).toString(16)).join(":");
}
