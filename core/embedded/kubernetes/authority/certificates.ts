// The certificate library looks for it when it loads.
import "reflect-metadata";
import { createPublicKey, type KeyObject, randomBytes, webcrypto } from "node:crypto";
import {
  type CertificateRequest,
  type CertificateSubject,
  firstPemBlock,
  readCertificateRequest,
} from "@catalyst/base/pkix";
import * as x509 from "@peculiar/x509";
import type { CertificateOrder } from "./cluster-authority.ts";
import { extendedUsages, keyUsages } from "./key-usages.ts";
import type { CertificateUser, IssuedCertificate, ServerNames } from "./local-authority.ts";

/*
 * Makes certificates. It stands apart because its library is large and a start seldom needs it: import it when
 * something is to be issued.
 */

const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const day = 24 * 3600 * 1000;
const authorityLife = 3650 * day;
const certificateLife = 365 * day;

/**
 * What every authority here is called, those of clusters too: listeners tell callers this name, and some programs show
 * a certificate only where its issuer was told. Which of them issued it is told by the key's identifier.
 */
const authorityName = "CN=Catalyst local authority";

x509.cryptoProvider.set(webcrypto as unknown as Crypto);

/** Makes an authority that vouches for itself; `now` in milliseconds. */
export async function newAuthority(now: number): Promise<IssuedCertificate> {
  const keys = await newKeys();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    name: authorityName,
    notBefore: new Date(now - day),
    notAfter: new Date(now + authorityLife),
    keys,
    signingAlgorithm: algorithm,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return issued(certificate, keys);
}

/** Issues a certificate for listening at these names and addresses. */
export function serverCertificate(
  authority: IssuedCertificate,
  { dns, addresses }: ServerNames,
  now: number,
): Promise<IssuedCertificate> {
  const names: x509.JsonGeneralNames = [
    ...dns.map((value) => ({ type: "dns" as const, value })),
    ...addresses.map((value) => ({ type: "ip" as const, value })),
  ];
  return issue(authority, "CN=catalyst", now, [
    new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
    new x509.SubjectAlternativeNameExtension(names),
  ]);
}

/** Issues a certificate by which a user is known. */
export function clientCertificate(
  authority: IssuedCertificate,
  { name, groups, cluster }: CertificateUser,
  now: number,
): Promise<IssuedCertificate> {
  const subject = [
    ...groups.map((group) => ({ O: [literal(group)] })),
    ...(cluster === undefined ? [] : [{ OU: [literal(cluster)] }]),
    { CN: [literal(name)] },
  ];
  return issue(authority, new x509.Name(subject), now, [
    new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.clientAuth]),
  ]);
}

/** How much earlier than now a certificate is good, and below which lifetime that isn't taken off its end; upstream's. */
const backdated = 5 * 60 * 1000;
const short = 8 * 3600 * 1000;

/**
 * Signs a request with a cluster's key: subject, key and alternative names are the request's, all else that it wants is
 * left out. Throws when it can't be read or its signature is wrong. Source: upstream's `controller/certificates/authority`.
 */
export async function signedRequest(
  key: KeyObject,
  { request, usages, lifetime }: CertificateOrder,
  now: number,
): Promise<string> {
  const der = firstPemBlock(request)?.bytes ?? Buffer.alloc(0);
  const asked = new x509.Pkcs10CertificateRequest(der);
  if (!(await asked.verify())) throw new Error("unable to verify certificate request signature");
  const spki = createPublicKey(key).export({ type: "spki", format: "der" });
  const signingKey = key.export({ type: "pkcs8", format: "der" });
  const [usage, extended] = [keyUsages(usages), extendedUsages(usages)];
  const read = readCertificateRequest(der);
  const names = alternativeNames(read);
  const subject = requestedSubject(asked.subjectName, read.subject);
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    subject: new x509.Name(subject),
    issuer: authorityName,
    notBefore: new Date(now - backdated),
    notAfter: new Date(now + lifetime - (lifetime < short ? 0 : backdated)),
    publicKey: asked.publicKey,
    signingKey: await webcrypto.subtle.importKey("pkcs8", signingKey, algorithm, false, ["sign"]),
    signingAlgorithm: algorithm,
    extensions: [
      ...(usage === 0 ? [] : [new x509.KeyUsagesExtension(usage, true)]),
      ...(extended.length === 0 ? [] : [new x509.ExtendedKeyUsageExtension([...extended])]),
      new x509.BasicConstraintsExtension(false, undefined, true),
      await x509.AuthorityKeyIdentifierExtension.create(new x509.PublicKey(spki)),
      ...(names.length === 0 ? [] : [new x509.SubjectAlternativeNameExtension(names, subject.length === 0)]),
    ],
  });
  return `${certificate.toString("pem")}\n`;
}

/** Attributes of a name that are kept, in the order Go writes them; of the name and the serial number the last one. */
const severalTimes = ["C", "ST", "L", "2.5.4.9", "2.5.4.17", "O", "OU"];
const once = ["CN", "2.5.4.5"];

/**
 * The subject of a request. By whom it was admitted and approved it was `read`: what makes a user of it is taken from
 * there, for the library knows more kinds of text.
 */
function requestedSubject(
  name: x509.Name,
  { commonName, organizations, organizationalUnits }: CertificateSubject,
): x509.JsonAttributeAndObjectValue[] {
  const read = new Map<string, readonly string[]>([
    ["O", organizations],
    ["OU", organizationalUnits],
    ["CN", commonName === "" ? [] : [commonName]],
  ]);
  const values = (attribute: string, from: number) => {
    const found = (read.get(attribute) ?? name.getField(attribute)).slice(from);
    return found.length === 0 ? [] : [{ [attribute]: found.map(literal) }];
  };
  return [
    ...severalTimes.flatMap((attribute) => values(attribute, 0)),
    ...once.flatMap((attribute) => values(attribute, -1)),
  ];
}

/** A text of a name as it is: of a plain string the library takes quotes and escapes away, and `#` for bytes in hex. */
function literal(text: string): x509.JsonAttributeObject {
  return x509.Name.isPrintableString(text) ? { printableString: text } : { utf8String: text };
}

function alternativeNames({
  alternativeNames: { dns, email, ip, uri },
}: CertificateRequest): x509.JsonGeneralNames {
  const named = (type: "dns" | "email" | "ip" | "url", values: readonly string[]) =>
    values.map((value) => ({ type, value }));
  return [...named("dns", dns), ...named("email", email), ...named("ip", ip), ...named("url", uri)];
}

async function issue(
  authority: IssuedCertificate,
  subject: string | x509.Name,
  now: number,
  extensions: readonly x509.Extension[],
): Promise<IssuedCertificate> {
  const issuer = new x509.X509Certificate(authority.cert);
  const signingKey = await webcrypto.subtle.importKey(
    "pkcs8",
    x509.PemConverter.decodeFirst(authority.key),
    algorithm,
    false,
    ["sign"],
  );
  const keys = await newKeys();
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    subject,
    issuer: issuer.subject,
    notBefore: new Date(now - day),
    notAfter: new Date(now + certificateLife),
    publicKey: keys.publicKey,
    signingKey,
    signingAlgorithm: algorithm,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      await x509.AuthorityKeyIdentifierExtension.create(issuer),
      ...extensions,
    ],
  });
  return issued(certificate, keys);
}

async function newKeys(): Promise<webcrypto.CryptoKeyPair> {
  return (await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"])) as webcrypto.CryptoKeyPair;
}

async function issued(
  certificate: x509.X509Certificate,
  { privateKey }: webcrypto.CryptoKeyPair,
): Promise<IssuedCertificate> {
  const der = await webcrypto.subtle.exportKey("pkcs8", privateKey);
  return {
    cert: `${certificate.toString("pem")}\n`,
    key: `${x509.PemConverter.encode(der as ArrayBuffer, "PRIVATE KEY")}\n`,
  };
}

/** Positive and unpredictable, as certificate rules ask for. */
function serialNumber(): string {
  const bytes = randomBytes(16);
  bytes[0] = (bytes[0]! & 0x7f) | 0x40;
  return bytes.toString("hex");
}
