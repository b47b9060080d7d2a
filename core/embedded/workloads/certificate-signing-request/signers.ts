import { type CertificateRequest, firstPemBlock, readCertificateRequest } from "@catalyst/base/pkix";
import type { CertificateSigningRequest } from "@catalyst/ports/kubernetes";

/** The signer of certificates by which kubelets are known to the API server. */
export const kubeletClientSigner = "kubernetes.io/kube-apiserver-client-kubelet";

/** Says why a signer doesn't sign something; undefined when it does. */
type Rule = (request: CertificateRequest, usages: readonly string[]) => string | undefined;

/**
 * The signers of kube-controller-manager and what each signs. `kubernetes.io/legacy-unknown` isn't among them: requests
 * of this version can't name it. Source: `ValidateKubeletServingCSR` and the like of `pkg/apis/certificates`.
 */
const signers: Readonly<Record<string, Rule>> = {
  "kubernetes.io/kube-apiserver-client": (_request, usages) => clientProblem(usages),
  [kubeletClientSigner]: (request, usages) => kubeletClientProblem(request, usages),
  "kubernetes.io/kubelet-serving": (request, usages) => kubeletServingProblem(request, usages),
};

/** What the signer of a request says against it, in upstream's words; `isKnown: false` when it is none of these. */
export function judgedBySigner({ spec }: CertificateSigningRequest): {
  readonly isKnown: boolean;
  readonly problem?: string | undefined;
} {
  const rule = signers[spec.signerName];
  if (rule === undefined) return { isKnown: false };
  return { isKnown: true, problem: rule(readRequest(spec.request), spec.usages ?? []) };
}

/** Tells whether a request is for a certificate by which a kubelet is known, and what name it asks for. */
export function kubeletClientName({ spec }: CertificateSigningRequest): string | undefined {
  if (spec.signerName !== kubeletClientSigner) return undefined;
  const request = readRequest(spec.request);
  return kubeletClientProblem(request, spec.usages ?? []) === undefined
    ? request.subject.commonName
    : undefined;
}

/** Gives the PEM text of a request. */
export function pemOf(request: string): string {
  return Buffer.from(request, "base64").toString("latin1");
}

function readRequest(request: string): CertificateRequest {
  return readCertificateRequest(firstPemBlock(pemOf(request))?.bytes ?? Buffer.alloc(0));
}

const wanted = "client auth";
const allowed = new Set([wanted, "digital signature", "key encipherment"]);

function clientProblem(usages: readonly string[]): string | undefined {
  const foreign = usages.find((usage) => !allowed.has(usage));
  if (foreign !== undefined) return `invalid usage for client certificate: ${foreign}`;
  return usages.includes(wanted) ? undefined : `missing required usage for client certificate: ${wanted}`;
}

function kubeletClientProblem(
  { subject, alternativeNames: { dns, email, ip, uri } }: CertificateRequest,
  usages: readonly string[],
): string | undefined {
  if (!isOfNodes(subject.organizations)) return notOfNodes;
  if (dns.length > 0) return "DNS subjectAltNames are not allowed";
  if (email.length > 0) return "Email subjectAltNames are not allowed";
  if (ip.length > 0) return "IP subjectAltNames are not allowed";
  if (uri.length > 0) return "URI subjectAltNames are not allowed";
  return isOfNode(subject.commonName) ? usagesProblem(usages, wanted) : notOfNode;
}

function kubeletServingProblem(
  { subject, alternativeNames: { dns, email, ip, uri } }: CertificateRequest,
  usages: readonly string[],
): string | undefined {
  if (!isOfNodes(subject.organizations)) return notOfNodes;
  if (dns.length === 0 && ip.length === 0) return "DNS or IP subjectAltName is required";
  if (email.length > 0) return "Email subjectAltNames are not allowed";
  if (uri.length > 0) return "URI subjectAltNames are not allowed";
  return usagesProblem(usages, "server auth") ?? (isOfNode(subject.commonName) ? undefined : notOfNode);
}

const notOfNodes = "subject organization is not system:nodes";
const notOfNode = "subject common name does not begin with system:node:";

function isOfNodes(organizations: readonly string[]): boolean {
  return organizations.length === 1 && organizations[0] === "system:nodes";
}

function isOfNode(name: string): boolean {
  return name.startsWith("system:node:");
}

/** Keys that can't encipher do without that usage. */
function usagesProblem(usages: readonly string[], purpose: string): string | undefined {
  const all = ["digital signature", "key encipherment", purpose].sort();
  const given = new Set(usages);
  const missing = all.filter((usage) => !given.has(usage));
  const isMet = [...given].every((usage) => all.includes(usage));
  const isWhole = missing.every((usage) => usage === "key encipherment");
  return isMet && isWhole ? undefined : `usages did not match [${all.join(" ")}]`;
}
