// The certificate library looks for it when it loads.
import "reflect-metadata";
import { randomBytes, webcrypto } from "node:crypto";
import { mkdir, open, readFile, rename } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "@catalyst/base/clock";
import { CatalystError, errorMessage } from "@catalyst/base/errors";
import * as x509 from "@peculiar/x509";

/** A certificate with its key, both PEM. */
export interface IssuedCertificate {
  readonly cert: string;
  readonly key: string;
}

export interface ServerNames {
  readonly dns: readonly string[];
  readonly addresses: readonly string[];
}

/** Who a client certificate is for: `name` is the user, `groups` its groups, `cluster` the only one it is good for. */
export interface CertificateUser {
  readonly name: string;
  readonly groups: readonly string[];
  readonly cluster?: string | undefined;
}

/** The certificate authority of one data folder. */
export interface LocalAuthority {
  /** PEM of the authority's certificate: what callers trust. */
  readonly certificate: string;
  /** A certificate for listening; good for 127.0.0.1, ::1 and localhost, and for what is asked for besides. */
  issueServer(names?: Partial<ServerNames>): Promise<IssuedCertificate>;
  issueClient(user: CertificateUser): Promise<IssuedCertificate>;
}

const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const day = 24 * 3600 * 1000;
const authorityLife = 3650 * day;
const certificateLife = 365 * day;

/**
 * Opens the authority kept in a folder (`authority.crt`, and `authority.key`, mode 600), making it on first
 * use. Throws `authority-unusable` when the files are there and can't be read.
 */
export async function localAuthority(dir: string, clock: Clock): Promise<LocalAuthority> {
  x509.cryptoProvider.set(webcrypto as unknown as Crypto);
  const paths = { cert: join(dir, "authority.crt"), key: join(dir, "authority.key") };
  const kept = await readKept(paths);
  if (kept !== undefined) return new Authority(kept.certificate, kept.keys, clock);
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const now = clock.now();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    name: "CN=Catalyst local authority",
    notBefore: new Date(now - day),
    notAfter: new Date(now + authorityLife),
    keys: keys as webcrypto.CryptoKeyPair,
    signingAlgorithm: algorithm,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey as webcrypto.CryptoKey),
    ],
  });
  // The key first: a certificate without its key would be an authority that can't issue.
  await writePrivate(paths.key, await privatePem(keys.privateKey as webcrypto.CryptoKey));
  await writePrivate(paths.cert, `${certificate.toString("pem")}\n`);
  return new Authority(certificate, keys as webcrypto.CryptoKeyPair, clock);
}

class Authority implements LocalAuthority {
  readonly certificate: string;
  readonly #certificate: x509.X509Certificate;
  readonly #keys: webcrypto.CryptoKeyPair;
  readonly #clock: Clock;

  constructor(certificate: x509.X509Certificate, keys: webcrypto.CryptoKeyPair, clock: Clock) {
    this.certificate = `${certificate.toString("pem")}\n`;
    this.#certificate = certificate;
    this.#keys = keys;
    this.#clock = clock;
  }

  issueServer({ dns = [], addresses = [] }: Partial<ServerNames> = {}): Promise<IssuedCertificate> {
    const names: x509.JsonGeneralNames = [
      ...["localhost", ...dns].map((value) => ({ type: "dns" as const, value })),
      ...["127.0.0.1", "::1", ...addresses].map((value) => ({ type: "ip" as const, value })),
    ];
    return this.#issue("CN=catalyst", [
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(names),
    ]);
  }

  issueClient({ name, groups, cluster }: CertificateUser): Promise<IssuedCertificate> {
    const subject: x509.JsonName = [
      ...groups.map((group) => ({ O: [group] })),
      ...(cluster === undefined ? [] : [{ OU: [cluster] }]),
      { CN: [name] },
    ];
    return this.#issue(subject, [new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.clientAuth])]);
  }

  async #issue(
    subject: string | x509.JsonName,
    extensions: readonly x509.Extension[],
  ): Promise<IssuedCertificate> {
    const keys = (await webcrypto.subtle.generateKey(algorithm, true, [
      "sign",
      "verify",
    ])) as webcrypto.CryptoKeyPair;
    const now = this.#clock.now();
    const certificate = await x509.X509CertificateGenerator.create({
      serialNumber: serialNumber(),
      subject,
      issuer: this.#certificate.subject,
      notBefore: new Date(now - day),
      notAfter: new Date(now + certificateLife),
      publicKey: keys.publicKey,
      signingKey: this.#keys.privateKey,
      signingAlgorithm: algorithm,
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        await x509.AuthorityKeyIdentifierExtension.create(this.#keys.publicKey),
        ...extensions,
      ],
    });
    return { cert: `${certificate.toString("pem")}\n`, key: await privatePem(keys.privateKey) };
  }
}

async function readKept(paths: { readonly cert: string; readonly key: string }) {
  const cert = await readOptional(paths.cert);
  const key = await readOptional(paths.key);
  if (cert === undefined || key === undefined) return undefined;
  try {
    const certificate = new x509.X509Certificate(cert);
    const der = x509.PemConverter.decodeFirst(key);
    const privateKey = await webcrypto.subtle.importKey("pkcs8", der, algorithm, true, ["sign"]);
    const publicKey = await certificate.publicKey.export(algorithm, ["verify"]);
    return { certificate, keys: { privateKey, publicKey } as webcrypto.CryptoKeyPair };
  } catch (cause) {
    throw new CatalystError(
      "authority-unusable",
      `the local authority can't be read: ${errorMessage(cause)}`,
      {
        cause,
        place: { file: paths.cert },
        hint: "Remove authority.crt and authority.key; a new authority is made, which callers must trust anew.",
      },
    );
  }
}

async function readOptional(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** Writes a file of mode 600 that is either absent or whole. */
async function writePrivate(path: string, text: string): Promise<void> {
  const file = await open(`${path}.new`, "w", 0o600);
  await file.writeFile(text);
  await file.sync();
  await file.close();
  await rename(`${path}.new`, path);
}

async function privatePem(key: webcrypto.CryptoKey): Promise<string> {
  const der = await webcrypto.subtle.exportKey("pkcs8", key);
  return `${x509.PemConverter.encode(der as ArrayBuffer, "PRIVATE KEY")}\n`;
}

/** Positive and unpredictable, as certificate rules ask for. */
function serialNumber(): string {
  const bytes = randomBytes(16);
  bytes[0] = (bytes[0]! & 0x7f) | 0x40;
  return bytes.toString("hex");
}
