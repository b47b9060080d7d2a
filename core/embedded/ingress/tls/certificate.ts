import { createPrivateKey, X509Certificate } from "node:crypto";
import type { Secret } from "@catalyst/ports/kubernetes";

/** A certificate with its chain, and its key, both PEM. */
export interface CertificatePair {
  readonly cert: string;
  readonly key: string;
}

/** Says why a Secret can't be used as a server's certificate; undefined when it can. Nothing of the key is told. */
export function certificateProblem(secret: Secret | undefined): string | undefined {
  if (secret === undefined) return "it doesn't exist.";
  if (secret.type !== "kubernetes.io/tls")
    return `it is of type ${secret.type ?? "Opaque"}, not kubernetes.io/tls.`;
  const { cert, key } = pairOf(secret);
  try {
    const fits = new X509Certificate(cert).checkPrivateKey(createPrivateKey(key));
    return fits ? undefined : "tls.key isn't the key of tls.crt.";
  } catch {
    return "tls.crt and tls.key aren't a certificate and its key in PEM.";
  }
}

/** Tells whether a certificate can be shown for a host now (`now` in milliseconds). */
export function isGoodFor(pair: CertificatePair, host: string, now: number): boolean {
  const certificate = new X509Certificate(pair.cert);
  return (
    certificate.checkHost(host) !== undefined &&
    Date.parse(certificate.validFrom) <= now &&
    now < Date.parse(certificate.validTo)
  );
}

/** The texts of a Secret of type kubernetes.io/tls. */
export function pairOf({ data = {} }: Secret): CertificatePair {
  const text = (name: string) => Buffer.from(data[name] ?? "", "base64").toString();
  return { cert: text("tls.crt"), key: text("tls.key") };
}
