import { createHash } from "node:crypto";
import type { ClusterName } from "@catalyst/ports/kubernetes";
import type { Request } from "@catalyst/ports/transport";
import type { Cluster } from "../cluster/cluster.ts";
import { unauthorized } from "../request/errors.ts";
import { userOfCertificate } from "./client-certificate.ts";
import type { JwtIssuers } from "./oidc/jwt-issuers.ts";
import { issuerOf, type Verdict, verifyServiceAccountToken } from "./service-account-token.ts";
import { anonymous, authenticatedGroup, type User } from "./user.ts";

/** A bearer token known by heart. */
export interface StaticToken {
  readonly token: string;
  readonly user: User;
  /** The clusters it is good for; absent: all. */
  readonly clusters?: readonly ClusterName[] | undefined;
}

/** Asks the platform who a token belongs to in a cluster; undefined: not one of its tokens, or no longer valid. */
export type TokenAuthenticator = (token: string, cluster: ClusterName) => Promise<User | undefined>;

/** Where a request wants to go. Who it is from is found out first, so the cluster may be missing. */
export interface Destination {
  readonly name: ClusterName;
  readonly cluster: Cluster | undefined;
}

export interface AuthenticatorOptions {
  readonly tokens: readonly StaticToken[];
  readonly platform: TokenAuthenticator | undefined;
  /** Other identity providers. */
  readonly issuers: JwtIssuers | undefined;
  readonly now: () => number;
}

/** Tells who a request is from. */
export class Authenticator {
  /** By the token's digest, so that looking one up takes no time that depends on its text. */
  readonly #tokens = new Map<string, StaticToken>();
  readonly #platform: TokenAuthenticator | undefined;
  readonly #issuers: JwtIssuers | undefined;
  readonly #now: () => number;

  constructor({ tokens, platform, issuers, now }: AuthenticatorOptions) {
    for (const token of tokens) this.add(token);
    this.#platform = platform;
    this.#issuers = issuers;
    this.#now = now;
  }

  add(token: StaticToken): void {
    this.#tokens.set(digest(token.token), token);
  }

  remove(token: string): void {
    this.#tokens.delete(digest(token));
  }

  /**
   * Who a request is from: by its certificate, else by its token; without credentials `system:anonymous`. Throws
   * StatusError 401 for wrong ones.
   */
  async user(request: Request, to: Destination): Promise<User> {
    const { clientCertificate: certificate } = request;
    const shown = certificate && userOfCertificate(certificate, to, this.#now());
    if (shown !== undefined) return authenticated(shown);
    const token = bearerToken(request);
    if (token !== undefined) {
      const verdict = await this.judge(token, to);
      if ("error" in verdict) throw unauthorized();
      return verdict.user;
    }
    if (certificate !== undefined) throw unauthorized();
    return anonymous;
  }

  /**
   * Whose a token is in a cluster, and for which of the audiences (default: the API's own); or why it is good
   * for nothing there. A token that says nothing of audiences is meant for the API alone (security case 24).
   */
  async judge(
    token: string,
    { name, cluster }: Destination,
    audiences?: readonly string[],
  ): Promise<Verdict> {
    const own = issuerOf({ name });
    const forApi = audiences === undefined || audiences.includes(own);
    const known = this.#tokens.get(digest(token));
    if (known !== undefined) {
      const isGood = forApi && (known.clusters === undefined || known.clusters.includes(name));
      return isGood ? { user: authenticated(known.user), audiences: [own] } : unknownToken;
    }
    const account =
      cluster === undefined ? undefined : verifyServiceAccountToken(token, cluster, this.#now(), audiences);
    if (account !== undefined) return account;
    if (!forApi) return unknownToken;
    const foreign = await this.#issuers?.judge(token, name);
    if (foreign !== undefined) return "error" in foreign ? foreign : { ...foreign, audiences: [own] };
    const user = await this.#platform?.(token, name);
    return user === undefined ? unknownToken : { user: authenticated(user), audiences: [own] };
  }
}

/** A token of nobody's. */
const unknownToken: Verdict = { error: "" };

/** The token of a Bearer header; another scheme is no credential here, as upstream. */
function bearerToken(request: Request): string | undefined {
  return /^bearer +(\S+)/i.exec(request.headers["authorization"]?.trim() ?? "")?.[1];
}

function authenticated(user: User): User {
  if (user.groups.includes(authenticatedGroup)) return user;
  return { ...user, groups: [...user.groups, authenticatedGroup] };
}

function digest(token: string): string {
  return createHash("sha256").update(token).digest("base64");
}
