// The certificate library looks for it when it loads.
import "reflect-metadata";
import { randomBytes, webcrypto } from "node:crypto";
import * as x509 from "@peculiar/x509";
import type { CertificateUser, IssuedCertificate, ServerNames } from "./local-authority.ts";

/*
 * Makes certificates. It stands apart because its library is large and a start seldom needs it: import it when
 * something is to be issued.
 */

const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const day = 24 * 3600 * 1000;
const authorityLife = 3650 * day;
const certificateLife = 365 * day;

x509.cryptoProvider.set(webcrypto as unknown as Crypto);

/** Makes an authority that vouches for itself; `now` in milliseconds. */
export async function newAuthority(now: number): Promise<IssuedCertificate> {
  const keys = await newKeys();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    name: "CN=Catalyst local authority",
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
  const subject: x509.JsonName = [
    ...groups.map((group) => ({ O: [group] })),
    ...(cluster === undefined ? [] : [{ OU: [cluster] }]),
    { CN: [name] },
  ];
  return issue(authority, subject, now, [
    new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.clientAuth]),
  ]);
}

async function issue(
  authority: IssuedCertificate,
  subject: string | x509.JsonName,
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
