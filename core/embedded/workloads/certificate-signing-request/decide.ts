import { X509Certificate } from "node:crypto";
import type { CertificateSigningRequest } from "@catalyst/ports/kubernetes";
import { judgedBySigner, kubeletClientName } from "./signers.ts";

/** A right by which a kubelet's request is approved without a person, and what is then said. */
export interface Approval {
  /** Of the resource certificatesigningrequests, verb create. */
  readonly subresource: "selfnodeclient" | "nodeclient";
  readonly message: string;
}

/** What is to be done with a request for a certificate. */
export type Action =
  | { readonly action: "none" }
  | { readonly action: "delete" }
  /** Approve it if whoever asks has one of these rights. */
  | { readonly action: "approve"; readonly by: readonly Approval[] }
  | { readonly action: "fail"; readonly message: string }
  /** `lifetime` in milliseconds. */
  | { readonly action: "sign"; readonly lifetime: number };

export interface Decision {
  readonly decision: Action;
  /** When the request is too old to be kept (milliseconds); undefined while nothing says so. */
  readonly endsAt: number | undefined;
}

/** Decides about a request. Source: upstream's approver, signers and cleaner of `controller/certificates`. */
export function decideRequest(request: CertificateSigningRequest, now: number): Decision {
  const endsAt = endOf(request);
  if (endsAt !== undefined && now > endsAt) return { decision: { action: "delete" }, endsAt };
  return { decision: openAction(request), endsAt };
}

function openAction(request: CertificateSigningRequest): Action {
  if (isIssued(request) || has(request, "Denied") || has(request, "Failed")) return { action: "none" };
  if (!has(request, "Approved")) return approvalOf(request);
  const { isKnown, problem } = judgedBySigner(request);
  if (!isKnown) return { action: "none" };
  if (problem !== undefined) return { action: "fail", message: problem };
  return { action: "sign", lifetime: lifetimeOf(request) };
}

function approvalOf(request: CertificateSigningRequest): Action {
  const name = kubeletClientName(request);
  if (name === undefined) return { action: "none" };
  const own: Approval = {
    subresource: "selfnodeclient",
    message: "Auto approving self kubelet client certificate after SubjectAccessReview.",
  };
  const any: Approval = {
    subresource: "nodeclient",
    message: "Auto approving kubelet client certificate after SubjectAccessReview.",
  };
  return { action: "approve", by: request.spec.username === name ? [own, any] : [any] };
}

const minute = 60_000;
const hour = 60 * minute;
const longest = 365 * 24 * hour;
const shortest = 10 * minute;

function lifetimeOf({ spec }: CertificateSigningRequest): number {
  if (spec.expirationSeconds === undefined) return longest;
  return Math.min(Math.max(spec.expirationSeconds * 1000, shortest), longest);
}

/** How long requests are kept that were judged, and those that nobody did anything about. */
const keptJudged = hour;
const keptPending = 24 * hour;

function endOf(request: CertificateSigningRequest): number | undefined {
  const { conditions = [], certificate = "" } = request.status ?? {};
  const ends = conditions.flatMap(({ type, lastUpdateTime }) => {
    const since = Date.parse(lastUpdateTime ?? "");
    if (Number.isNaN(since)) return [];
    if (type === "Approved") return [since + (certificate === "" ? keptPending : keptJudged)];
    return type === "Denied" || type === "Failed" ? [since + keptJudged] : [];
  });
  const created = Date.parse(request.metadata.creationTimestamp ?? "");
  if (conditions.length === 0 && !Number.isNaN(created)) ends.push(created + keptPending);
  if (certificate !== "" && has(request, "Approved")) ends.push(...expiryOf(certificate));
  return ends.length === 0 ? undefined : Math.min(...ends);
}

/** What another signer wrote may be anything that the API takes. */
function expiryOf(certificate: string): readonly number[] {
  try {
    return [Date.parse(new X509Certificate(Buffer.from(certificate, "base64")).validTo)];
  } catch {
    return [];
  }
}

function isIssued({ status }: CertificateSigningRequest): boolean {
  return (status?.certificate ?? "") !== "";
}

function has({ status }: CertificateSigningRequest, type: string): boolean {
  return (status?.conditions ?? []).some((condition) => condition.type === type);
}
