import {
  createECDH,
  createPrivateKey,
  createPublicKey,
  hkdfSync,
  type KeyObject,
  type X509Certificate,
} from "node:crypto";
import type { ClusterRecord } from "../storage/storage.ts";

/** What is to be signed: a request for a certificate that was approved. */
export interface CertificateOrder {
  /** PEM of PKCS #10. */
  readonly request: string;
  /** Usages by the names of certificates.k8s.io/v1. */
  readonly usages: readonly string[];
  /** How long the certificate is to be good for, in milliseconds. */
  readonly lifetime: number;
}

/**
 * The authority of one logical cluster: it signs what is approved there, and nobody else takes what it signed. So a
 * certificate that one cluster gave opens nothing in another, and nothing in a later cluster of the same name.
 */
export class ClusterAuthority {
  readonly #key: KeyObject;
  readonly #publicKey: KeyObject;

  constructor({ signingKey }: Pick<ClusterRecord, "signingKey">) {
    this.#key = derivedKey(signingKey);
    this.#publicKey = createPublicKey(this.#key);
  }

  /** Tells whether it signed a certificate. */
  signed(certificate: X509Certificate): boolean {
    return certificate.verify(this.#publicKey);
  }

  /** Signs a request; gives the certificate as PEM. Throws when the request can't be read or its signature is wrong. */
  async sign(order: CertificateOrder, now: number): Promise<string> {
    const { signedRequest } = await import("./certificates.ts");
    return signedRequest(this.#key, order, now);
  }
}

const known = new WeakMap<ClusterRecord, ClusterAuthority>();

/** Gives the authority of a cluster. */
export function clusterAuthority(record: ClusterRecord): ClusterAuthority {
  const found = known.get(record) ?? new ClusterAuthority(record);
  known.set(record, found);
  return found;
}

/** The order of P-256's group (FIPS 186-5). */
const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

/**
 * The key for certificates follows from the cluster's key for tokens: there is one secret to keep for each cluster,
 * and no key has two uses. 48 bytes are reduced to a number of 32, so that none is likelier than another.
 */
function derivedKey(signingKey: string): KeyObject {
  const secret = createPrivateKey(signingKey).export({ type: "pkcs8", format: "der" });
  const bytes = Buffer.from(hkdfSync("sha256", secret, "", "certificates of the cluster", 48));
  const scalar = (BigInt(`0x${bytes.toString("hex")}`) % (order - 1n)) + 1n;
  const private_ = Buffer.from(scalar.toString(16).padStart(64, "0"), "hex");
  const curve = createECDH("prime256v1");
  curve.setPrivateKey(private_);
  const point = curve.getPublicKey();
  const [x, y, d] = [point.subarray(1, 33), point.subarray(33), private_].map((part) =>
    part.toString("base64url"),
  );
  return createPrivateKey({ format: "jwk", key: { kty: "EC", crv: "P-256", x: x!, y: y!, d: d! } });
}
