import { createHash, type KeyObject, X509Certificate } from "node:crypto";
import { isIP } from "node:net";
import { formatValue } from "../template/format.ts";
import { fixed, GoError, type GoFunction, GoObject, type Value } from "../template/values.ts";
import { decodeBase64 } from "./base-n.ts";
import {
  der,
  derBits,
  derBoolean,
  derIdentifier,
  derInteger,
  derOctets,
  derSequence,
  derSet,
  derText,
  derTime,
  pem,
} from "./der.ts";
import type { Run } from "./environment.ts";
import { keyPem, publicKeyOf, readKey, rsaKey } from "./keys.ts";
import { signingOf } from "./signing.ts";

const keyBits = 2048;

export const certificateFunctions: readonly (readonly [string, GoFunction])[] = [
  ["genCA", fixed(["string", "int"], ([name, days], run: Run) => authority(name, days, newKey(run), run))],
  [
    "genCAWithKey",
    fixed(["string", "int", "string"], ([name, days, key], run: Run) =>
      authority(name, days, givenKey(key), run),
    ),
  ],
  [
    "genSelfSignedCert",
    fixed(["string", "list", "list", "int"], ([name, ips, dns, days], run: Run) =>
      issue({ name, ips, dns, days, key: newKey(run), isAuthority: false }, undefined, run),
    ),
  ],
  [
    "genSelfSignedCertWithKey",
    fixed(["string", "list", "list", "int", "string"], ([name, ips, dns, days, key], run: Run) =>
      issue({ name, ips, dns, days, key: givenKey(key), isAuthority: false }, undefined, run),
    ),
  ],
  [
    "genSignedCert",
    fixed(["string", "list", "list", "int", "certificate"], ([name, ips, dns, days, ca], run: Run) =>
      issue({ name, ips, dns, days, key: newKey(run), isAuthority: false }, signerOf(ca), run),
    ),
  ],
  [
    "genSignedCertWithKey",
    fixed(
      ["string", "list", "list", "int", "certificate", "string"],
      ([name, ips, dns, days, ca, key], run: Run) =>
        issue({ name, ips, dns, days, key: givenKey(key), isAuthority: false }, signerOf(ca), run),
    ),
  ],
  ["buildCustomCert", fixed(["string", "string"], ([cert, key]) => custom(cert, key))],
];

/** What sprig's certificate functions give: `.Cert` and `.Key`, both PEM. */
class Certificate extends GoObject {
  override readonly goType = "sprig.certificate";
  readonly cert: string;
  readonly key: string;

  constructor(cert: string, key: string) {
    super();
    this.cert = cert;
    this.key = key;
  }

  override field(name: string): Value {
    if (name === "Cert") return this.cert;
    return name === "Key" ? this.key : undefined;
  }

  override fields(): readonly (readonly [string, Value])[] {
    return [
      ["Cert", this.cert],
      ["Key", this.key],
    ];
  }
}

interface Subject {
  readonly name: string;
  readonly ips: readonly Value[];
  readonly dns: readonly Value[];
  readonly days: number;
  readonly key: KeyObject;
  readonly isAuthority: boolean;
}

interface Signer {
  readonly key: KeyObject;
  /** The encoded name of the signing certificate's subject. */
  readonly name: Buffer;
  readonly keyId: Buffer | undefined;
}

function newKey(run: Run): KeyObject {
  run.budget.checkTime();
  return rsaKey(keyBits, run.environment.random);
}

function givenKey(text: string): KeyObject {
  try {
    return readKey(text);
  } catch (error) {
    throw new GoError(`parsing private key: ${(error as Error).message}`);
  }
}

function authority(name: string, days: number, key: KeyObject, run: Run): Certificate {
  return issue({ name, ips: [], dns: [], days, key, isAuthority: true }, undefined, run);
}

function custom(cert: string, key: string): Certificate {
  const read = (text: string, what: string) => {
    try {
      return Buffer.from(decodeBase64(text)).toString("utf8");
    } catch {
      throw new GoError(`unable to decode base64 ${what}`);
    }
  };
  const certText = read(cert, "certificate");
  const keyText = read(key, "private key");
  if (!certText.includes("-----BEGIN ")) throw new GoError("unable to decode certificate");
  parsedCertificate(certText);
  try {
    readKey(keyText);
  } catch (error) {
    throw new GoError(`error parsing private key: ${(error as Error).message}`);
  }
  return new Certificate(certText, keyText);
}

function parsedCertificate(text: string): X509Certificate {
  try {
    return new X509Certificate(text);
  } catch (error) {
    throw new GoError(`error parsing certificate: decodedCert.Bytes: ${(error as Error).message}`);
  }
}

function signerOf(ca: GoObject): Signer {
  const { cert, key } = ca as Certificate;
  if (!cert.includes("-----BEGIN ")) throw new GoError("unable to decode certificate");
  const parsed = parsedCertificate(cert);
  const commonName = /^CN=(.*)$/m.exec(parsed.subject)?.[1] ?? "";
  return { key: readKey(key), name: distinguishedName(commonName), keyId: keyIdOf(parsed.publicKey) };
}

function issue(subject: Subject, signer: Signer | undefined, run: Run): Certificate {
  const names = alternativeNames(subject.ips, subject.dns);
  const serial = BigInt(`0x${Buffer.from(run.environment.random.bytes(16)).toString("hex")}`);
  const start = run.environment.now();
  const own = distinguishedName(subject.name);
  const signing = signingOf(signer?.key ?? subject.key);
  const publicKey = publicKeyOf(subject.key);
  const keyId = keyIdOf(publicKey);
  const issuerId = signer === undefined ? (subject.isAuthority ? keyId : undefined) : signer.keyId;
  const body = derSequence([
    der(0xa0, derInteger(2n)),
    derInteger(serial),
    signing.algorithm,
    signer?.name ?? own,
    derSequence([derTime(start), derTime(start + subject.days * 86_400_000)]),
    own,
    publicKey.export({ format: "der", type: "spki" }),
    der(0xa3, derSequence(extensions(subject.isAuthority, keyId, issuerId, names))),
  ]);
  const certificate = derSequence([body, signing.algorithm, derBits(signing.sign(body))]);
  return new Certificate(pem("CERTIFICATE", certificate), keyPem(subject.key));
}

function extensions(
  isAuthority: boolean,
  keyId: Buffer,
  issuerId: Buffer | undefined,
  names: readonly Buffer[],
): Buffer[] {
  const usage = isAuthority ? derBits(Buffer.from([0xa4]), 2) : derBits(Buffer.from([0xa0]), 5);
  const list = [
    extension("2.5.29.15", true, usage),
    extension(
      "2.5.29.37",
      false,
      derSequence([derIdentifier("1.3.6.1.5.5.7.3.1"), derIdentifier("1.3.6.1.5.5.7.3.2")]),
    ),
    extension("2.5.29.19", true, derSequence(isAuthority ? [derBoolean(true)] : [])),
  ];
  if (isAuthority) list.push(extension("2.5.29.14", false, derOctets(keyId)));
  if (issuerId !== undefined && !isAuthority)
    list.push(extension("2.5.29.35", false, derSequence([der(0x80, issuerId)])));
  if (names.length > 0) list.push(extension("2.5.29.17", false, derSequence(names)));
  return list;
}

function extension(id: string, isCritical: boolean, value: Buffer): Buffer {
  return derSequence([derIdentifier(id), ...(isCritical ? [derBoolean(true)] : []), derOctets(value)]);
}

function distinguishedName(commonName: string): Buffer {
  if (commonName === "") return derSequence([]);
  return derSequence([derSet([derSequence([derIdentifier("2.5.4.3"), derText(commonName)])])]);
}

function alternativeNames(ips: readonly Value[], dns: readonly Value[]): Buffer[] {
  const names = dns.map((name) => {
    if (typeof name === "string") return der(0x82, Buffer.from(name));
    throw new GoError(`error processing alternate dns name: ${formatValue(name)} is not a string`);
  });
  const addresses = ips.map((ip) => {
    if (typeof ip !== "string") throw new GoError(`error parsing ip: ${formatValue(ip)} is not a string`);
    if (isIP(ip) === 0) throw new GoError(`error parsing ip: ${ip}`);
    return der(0x87, addressBytes(ip));
  });
  return [...names, ...addresses];
}

function addressBytes(ip: string): Buffer {
  const dotted = /(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(ip);
  if (dotted !== null) return Buffer.from(dotted.slice(1).map(Number));
  const [head = "", tail] = ip.split("::");
  const groups = (part: string | undefined) => (part ? part.split(":") : []);
  const missing = 8 - groups(head).length - groups(tail).length;
  const all = [
    ...groups(head),
    ...Array.from({ length: tail === undefined ? 0 : missing }, () => "0"),
    ...groups(tail),
  ];
  return Buffer.from(all.map((group) => group.padStart(4, "0")).join(""), "hex");
}

/** The subject key identifier as Go makes it: the first 20 bytes of the public key's SHA-256. */
function keyIdOf(key: KeyObject): Buffer {
  const info = key.export({ format: "der", type: "spki" });
  // The bit string is the last element; its content starts behind tag, length and the count of unused bits.
  const start = info.length - bitStringLength(info);
  return createHash("sha256").update(info.subarray(start)).digest().subarray(0, 20);
}

function bitStringLength(info: Buffer): number {
  const outer = header(info, 0);
  const algorithm = header(info, outer.start);
  const bits = header(info, algorithm.start + algorithm.length);
  return bits.length - 1;
}

function header(bytes: Buffer, at: number): { start: number; length: number } {
  const first = bytes[at + 1] ?? 0;
  if (first < 0x80) return { start: at + 2, length: first };
  const count = first & 0x7f;
  return { start: at + 2 + count, length: bytes.readUIntBE(at + 2, count) };
}
