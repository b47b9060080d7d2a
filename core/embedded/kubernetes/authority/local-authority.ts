import { createPrivateKey, X509Certificate } from "node:crypto";
import { mkdir, open, readFile, rename } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "@catalyst/base/clock";
import { CatalystError, errorMessage } from "@catalyst/base/errors";

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
  /**
   * The certificate for listening that is kept beside the authority (`server.crt`, and `server.key`, mode 600);
   * issued anew when it is missing, damaged, another authority's, or ends within 30 days.
   */
  keptServer(): Promise<IssuedCertificate>;
  issueClient(user: CertificateUser): Promise<IssuedCertificate>;
}

/** The names every certificate for listening is good for. */
const ownNames: ServerNames = { dns: ["localhost"], addresses: ["127.0.0.1", "::1"] };

/** How long a kept certificate must still be good for, in milliseconds. */
const leastLife = 30 * 24 * 3600 * 1000;

/**
 * Opens the authority kept in a folder (`authority.crt`, and `authority.key`, mode 600), making it on first
 * use. Throws `authority-unusable` when the files are there and can't be read.
 */
export async function localAuthority(dir: string, clock: Clock): Promise<LocalAuthority> {
  const kept = await readPair(dir, "authority");
  if (kept !== undefined) {
    const problem = pairProblem(kept);
    if (problem !== undefined) throw unusable(join(dir, "authority.crt"), problem);
    return new FolderAuthority(dir, kept, clock);
  }
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const made = await (await certificates()).newAuthority(clock.now());
  await writePair(dir, "authority", made);
  return new FolderAuthority(dir, made, clock);
}

/** The library that makes certificates is large, and a start seldom needs it. */
const certificates = () => import("./certificates.ts");

class FolderAuthority implements LocalAuthority {
  readonly certificate: string;
  readonly #dir: string;
  readonly #own: IssuedCertificate;
  readonly #clock: Clock;

  constructor(dir: string, own: IssuedCertificate, clock: Clock) {
    this.certificate = own.cert;
    this.#dir = dir;
    this.#own = own;
    this.#clock = clock;
  }

  async issueServer({ dns = [], addresses = [] }: Partial<ServerNames> = {}): Promise<IssuedCertificate> {
    const names = {
      dns: [...ownNames.dns, ...dns],
      addresses: [...ownNames.addresses, ...addresses],
    };
    return (await certificates()).serverCertificate(this.#own, names, this.#clock.now());
  }

  async keptServer(): Promise<IssuedCertificate> {
    const kept = await readPair(this.#dir, "server");
    if (kept !== undefined && this.#isGood(kept)) return kept;
    const made = await this.issueServer();
    await writePair(this.#dir, "server", made);
    return made;
  }

  async issueClient(user: CertificateUser): Promise<IssuedCertificate> {
    return (await certificates()).clientCertificate(this.#own, user, this.#clock.now());
  }

  #isGood(kept: IssuedCertificate): boolean {
    if (pairProblem(kept) !== undefined) return false;
    const certificate = new X509Certificate(kept.cert);
    const own = new X509Certificate(this.#own.cert);
    const now = this.#clock.now();
    return (
      certificate.checkIssued(own) &&
      certificate.verify(own.publicKey) &&
      Date.parse(certificate.validFrom) <= now &&
      Date.parse(certificate.validTo) >= now + leastLife &&
      ownNames.dns.every((name) => certificate.checkHost(name) !== undefined) &&
      ownNames.addresses.every((address) => certificate.checkIP(address) !== undefined)
    );
  }
}

/** Says why a certificate and a key can't be used together; undefined when they can. */
function pairProblem({ cert, key }: IssuedCertificate): string | undefined {
  try {
    const fits = new X509Certificate(cert).checkPrivateKey(createPrivateKey(key));
    return fits ? undefined : "the key isn't the certificate's";
  } catch (error) {
    return errorMessage(error);
  }
}

function unusable(file: string, problem: string): CatalystError {
  return new CatalystError("authority-unusable", `the local authority can't be read: ${problem}`, {
    place: { file },
    hint: "Remove authority.crt and authority.key; a new authority is made, which callers must trust anew.",
  });
}

async function readPair(dir: string, name: string): Promise<IssuedCertificate | undefined> {
  const cert = await readOptional(join(dir, `${name}.crt`));
  const key = await readOptional(join(dir, `${name}.key`));
  return cert === undefined || key === undefined ? undefined : { cert, key };
}

/** The key first: a certificate without its key would be one that nobody can use. */
async function writePair(dir: string, name: string, { cert, key }: IssuedCertificate): Promise<void> {
  await writePrivate(join(dir, `${name}.key`), key);
  await writePrivate(join(dir, `${name}.crt`), cert);
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
