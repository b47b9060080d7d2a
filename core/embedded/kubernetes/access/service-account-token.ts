import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from "node:crypto";
import { isObject } from "@catalyst/base/json";
import type { KubeObject } from "@catalyst/ports/kubernetes";
import type { Cluster } from "../cluster/cluster.ts";
import { notFound } from "../request/errors.ts";
import { quotedList } from "./rules.ts";
import { serviceAccountName, serviceAccountUser, type User } from "./user.ts";

/** A name with the uid that tells an object from a later one of the same name; a missing object has none. */
interface Reference {
  readonly name: string;
  readonly uid?: string | undefined;
}

/** What a ServiceAccount token is bound to: it ends with that object. A Pod's node is told along, not bound to. */
export interface Binding {
  readonly pod?: Reference;
  readonly secret?: Reference;
  readonly node?: Reference;
}

export interface TokenSubject {
  readonly namespace: string;
  readonly account: Reference;
  readonly audiences: readonly string[];
  /** Seconds since the epoch. */
  readonly issuedAt: number;
  readonly expiresAt: number;
  /** From when on its holder should have fetched another one; absent: it is good until it ends. */
  readonly warnAfter?: number | undefined;
  readonly id: string;
  readonly binding: Binding;
}

/** Who issues a cluster's tokens; also the audience a token for the API itself has. */
export function issuerOf(cluster: Pick<Cluster, "name">): string {
  return `https://kubernetes.default.svc.cluster.local/clusters/${encodeURIComponent(cluster.name)}`;
}

/** Signs a ServiceAccount token with the cluster's key (ES256). */
export function signServiceAccountToken(cluster: Cluster, subject: TokenSubject): string {
  const { namespace, account, warnAfter } = subject;
  const payload = {
    aud: subject.audiences,
    exp: subject.expiresAt,
    iat: subject.issuedAt,
    iss: issuerOf(cluster),
    jti: subject.id,
    "kubernetes.io": {
      namespace,
      ...subject.binding,
      serviceaccount: account,
      ...(warnAfter === undefined ? {} : { warnafter: warnAfter }),
    },
    nbf: subject.issuedAt,
    sub: serviceAccountName(namespace, account.name),
  };
  const text = `${encode({ alg: "ES256", kid: keyId(cluster), typ: "JWT" })}.${encode(payload)}`;
  const key = createPrivateKey(cluster.record.signingKey);
  const signature = sign("sha256", Buffer.from(text), { key, dsaEncoding: "ieee-p1363" });
  return `${text}.${signature.toString("base64url")}`;
}

/** The name of a cluster's key in its tokens and in its key set. */
export function keyId(cluster: Cluster): string {
  return cluster.record.uid;
}

/** The key that proves a cluster's tokens. */
export function verifyingKey(cluster: Cluster): KeyObject {
  return createPublicKey(cluster.record.signingKey);
}

/** Whose a token is and for which of the wanted audiences; or why it is good for nothing. */
export type Verdict =
  | { readonly user: User; readonly audiences: readonly string[] }
  | { readonly error: string };

/**
 * Judges a token if it is one of the cluster's issuer: its signature, times, that it is meant for one of
 * `audiences` (security case 24), and that its account and what it is bound to still exist. Undefined for a
 * token of another issuer. Errors are upstream's.
 */
export function verifyServiceAccountToken(
  token: string,
  cluster: Cluster,
  now: number,
  audiences: readonly string[] = [issuerOf(cluster)],
): Verdict | undefined {
  const [header, payload, signature, ...more] = token.split(".");
  if (signature === undefined || more.length > 0) return undefined;
  const claims = decode(payload!);
  if (claims === undefined || claims["iss"] !== issuerOf(cluster)) return undefined;
  if (!isSigned(cluster, header!, payload!, signature)) return { error: "invalid signature" };
  const intended = Array.isArray(claims["aud"]) ? claims["aud"].map(String) : [];
  const common = intended.filter((audience) => audiences.includes(audience));
  if (common.length === 0) {
    return {
      error: `token audiences ${quotedList(intended)} is invalid for the target audiences ${quotedList(audiences)}`,
    };
  }
  const problem = timeProblem(claims, now) ?? boundProblem(cluster, claims["kubernetes.io"], now);
  if (problem !== undefined) return { error: problem };
  const ordered = audiences.filter((audience) => common.includes(audience));
  return { user: userOf(claims), audiences: ordered };
}

function isSigned(cluster: Cluster, header: string, payload: string, signature: string): boolean {
  const head = decode(header);
  if (head?.["alg"] !== "ES256" || head["kid"] !== keyId(cluster)) return false;
  const options = { key: verifyingKey(cluster), dsaEncoding: "ieee-p1363" as const };
  const text = Buffer.from(`${header}.${payload}`);
  return verify("sha256", text, options, Buffer.from(signature, "base64url"));
}

/** How far clocks may be apart, and how long an object that is being deleted still counts (seconds); upstream's. */
const leeway = 60;

function timeProblem(claims: Readonly<Record<string, unknown>>, now: number): string | undefined {
  const seconds = now / 1000;
  if (!(Number(claims["exp"]) > seconds - leeway)) return "service account token has expired";
  if (Number(claims["nbf"]) > seconds + leeway) return "service account token is not valid yet";
  return undefined;
}

type Claims = Readonly<Record<string, Reference | undefined>> & { readonly namespace: string };

function boundProblem(cluster: Cluster, value: unknown, now: number): string | undefined {
  if (!isObject(value) || !isObject(value["serviceaccount"]))
    return "service account token claims are missing";
  const { namespace, serviceaccount, secret, pod, node } = value as unknown as Claims;
  const account = cluster.find("/serviceaccounts", namespace, serviceaccount!.name);
  if (account === undefined) {
    return notFound({ group: "", plural: "serviceaccounts" }, serviceaccount!.name).message;
  }
  if (account.metadata.uid !== serviceaccount!.uid) {
    return `service account UID (${account.metadata.uid}) does not match claim (${serviceaccount!.uid})`;
  }
  if (isGoing(account, now)) {
    return `service account ${namespace}/${serviceaccount!.name} has been deleted`;
  }
  return (
    endedWith(cluster, "secret", secret, namespace, now) ??
    endedWith(cluster, "pod", pod, namespace, now) ??
    // a Pod's node is told, not bound to
    (pod === undefined ? endedWith(cluster, "node", node, undefined, now) : undefined)
  );
}

function endedWith(
  cluster: Cluster,
  kind: "secret" | "pod" | "node",
  reference: Reference | undefined,
  namespace: string | undefined,
  now: number,
): string | undefined {
  if (reference === undefined) return undefined;
  const object = cluster.find(`/${kind}s`, namespace, reference.name);
  if (object === undefined || isGoing(object, now)) return "service account token has been invalidated";
  const { uid } = object.metadata;
  if (uid === reference.uid) return undefined;
  return `${kind} UID (${uid}) does not match service account ${kind} ref claim (${reference.uid})`;
}

function isGoing({ metadata }: KubeObject, now: number): boolean {
  const { deletionTimestamp } = metadata;
  return deletionTimestamp !== undefined && Date.parse(deletionTimestamp) < now - leeway * 1000;
}

const extraPrefix = "authentication.kubernetes.io";

function userOf(claims: Readonly<Record<string, unknown>>): User {
  const { namespace, serviceaccount, pod, node } = claims["kubernetes.io"] as Claims;
  const told: readonly (readonly [string, string | undefined])[] = [
    ["credential-id", `JTI=${claims["jti"]}`],
    ["node-name", node?.name],
    ["node-uid", node?.uid],
    ["pod-name", pod?.name],
    ["pod-uid", pod?.uid],
  ];
  const extra = told.flatMap(([key, value]) =>
    value === undefined ? [] : [[`${extraPrefix}/${key}`, [value]] as const],
  );
  return {
    ...serviceAccountUser(namespace, serviceaccount!.name, serviceaccount!.uid),
    extra: Object.fromEntries(extra),
  };
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
