import { createHash, X509Certificate } from "node:crypto";
import { readCertificateSubject } from "@catalyst/base/pkix";
import type { ClientCertificate } from "@catalyst/ports/transport";
import { clusterAuthority } from "../authority/cluster-authority.ts";
import { isForClients } from "../authority/key-usages.ts";
import type { Destination } from "./authenticate.ts";
import { credentialId, type User } from "./user.ts";

/**
 * The user a certificate names in a cluster: CN is the name, each O a group. It is this server's own authority's, for
 * which an OU names the one cluster it is good for; or it is the cluster's, then nothing in it says where it is good:
 * other clusters don't know who signed it. Undefined when it names nobody there. Source: upstream's x509 authenticator.
 */
export function userOfCertificate(
  { der, isTrusted }: ClientCertificate,
  { name, cluster }: Destination,
  now: number,
): User | undefined {
  const certificate = new X509Certificate(der);
  if (now < Date.parse(certificate.validFrom) || now > Date.parse(certificate.validTo)) return undefined;
  const isOfCluster =
    !isTrusted &&
    cluster !== undefined &&
    isForClients(certificate.keyUsage) &&
    clusterAuthority(cluster.record).signed(certificate);
  if (!isTrusted && !isOfCluster) return undefined;
  const { commonName, organizations, organizationalUnits, uids } = readCertificateSubject(Buffer.from(der));
  if (commonName === "" || uids.length > 1 || uids[0] === "") return undefined;
  if (isTrusted && organizationalUnits.length > 0 && !organizationalUnits.includes(name)) return undefined;
  const digest = createHash("sha256").update(der).digest("hex");
  return {
    name: commonName,
    groups: organizations,
    ...(uids[0] === undefined ? {} : { uid: uids[0] }),
    extra: { [credentialId]: [`X509SHA256=${digest}`] },
  };
}
