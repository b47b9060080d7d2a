import { createPrivateKey, createPublicKey, sign, verify } from "node:crypto";
import { isObject } from "@catalyst/base/json";
import type { Cluster } from "../cluster/cluster.ts";
import { serviceAccountUser, type User } from "./user.ts";

/** What a ServiceAccount token is bound to: it ends with that object. */
export interface BoundObject {
  readonly kind: "Pod" | "Secret" | "Node";
  readonly name: string;
  readonly uid: string;
}

export interface TokenSubject {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly audiences: readonly string[];
  /** Seconds since the epoch. */
  readonly issuedAt: number;
  readonly expiresAt: number;
  readonly id: string;
  readonly bound?: BoundObject | undefined;
}

/** Who issues a cluster's tokens; also the audience a token for the API itself has. */
export function issuerOf(cluster: Pick<Cluster, "name">): string {
  return `https://kubernetes.default.svc.cluster.local/clusters/${encodeURIComponent(cluster.name)}`;
}

/** Signs a ServiceAccount token with the cluster's key (ES256). */
export function signServiceAccountToken(cluster: Cluster, subject: TokenSubject): string {
  const { namespace, name, uid, bound } = subject;
  const payload = {
    iss: issuerOf(cluster),
    sub: `system:serviceaccount:${namespace}:${name}`,
    aud: subject.audiences,
    iat: subject.issuedAt,
    nbf: subject.issuedAt,
    exp: subject.expiresAt,
    jti: subject.id,
    "kubernetes.io": {
      namespace,
      serviceaccount: { name, uid },
      ...(bound === undefined ? {} : { [bound.kind.toLowerCase()]: { name: bound.name, uid: bound.uid } }),
    },
  };
  const text = `${encode({ alg: "ES256", typ: "JWT", kid: cluster.record.uid })}.${encode(payload)}`;
  const key = createPrivateKey(cluster.record.signingKey);
  const signature = sign("sha256", Buffer.from(text), { key, dsaEncoding: "ieee-p1363" });
  return `${text}.${signature.toString("base64url")}`;
}

/**
 * The ServiceAccount a token was signed for, if the token is this cluster's, still valid, meant for one of
 * `audiences` (default: the API itself; security case 24), and what it is bound to still exists.
 */
export function verifyServiceAccountToken(
  token: string,
  cluster: Cluster,
  now: number,
  audiences: readonly string[] = [issuerOf(cluster)],
): User | undefined {
  const [header, payload, signature] = token.split(".");
  if (signature === undefined) return undefined;
  const claims = decode(payload!);
  const kid = decode(header!)?.["kid"];
  if (claims === undefined || kid !== cluster.record.uid || claims["iss"] !== issuerOf(cluster))
    return undefined;
  const key = createPublicKey(cluster.record.signingKey);
  const text = Buffer.from(`${header}.${payload}`);
  const options = { key, dsaEncoding: "ieee-p1363" as const };
  if (!verify("sha256", text, options, Buffer.from(signature, "base64url"))) return undefined;
  const seconds = now / 1000;
  if (!(Number(claims["exp"]) > seconds) || Number(claims["nbf"]) > seconds + 60) return undefined;
  const intended = Array.isArray(claims["aud"]) ? claims["aud"] : [];
  if (!audiences.some((audience) => intended.includes(audience))) return undefined;
  return boundUser(cluster, claims["kubernetes.io"]);
}

function boundUser(cluster: Cluster, claims: unknown): User | undefined {
  if (!isObject(claims) || !isObject(claims["serviceaccount"])) return undefined;
  const namespace = String(claims["namespace"]);
  const { name, uid } = claims["serviceaccount"] as { name: string; uid: string };
  const alive = (resource: string, reference: unknown) => {
    if (reference === undefined) return true;
    const { name, uid } = reference as { name: string; uid: string };
    return cluster.find(resource, namespace, name)?.metadata.uid === uid;
  };
  if (!alive("/serviceaccounts", { name, uid })) return undefined;
  if (!alive("/pods", claims["pod"]) || !alive("/secrets", claims["secret"])) return undefined;
  return serviceAccountUser(namespace, name, uid);
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}

function decode(part: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, "base64url").toString());
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
