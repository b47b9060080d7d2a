import { errorMessage } from "@catalyst/base/errors";
import { isObject } from "@catalyst/base/json";
import type { ClusterName } from "@catalyst/ports/kubernetes";
import type { JWTPayload, JWTVerifyGetKey } from "jose";
import { authenticatedGroup, type User } from "./user.ts";

/** Where a field of a user comes from; the prefix keeps names of one issuer apart from all others. */
export interface PrefixedClaim {
  readonly claim: string;
  readonly prefix: string;
}

/**
 * Somebody else's identity provider whose tokens are let in (as a `jwt` of apiserver.config.k8s.io
 * AuthenticationConfiguration).
 */
export interface JwtIssuer {
  readonly issuer: {
    /** `https://…`, as the tokens' `iss` says it; its discovery document is below it. */
    readonly url: string;
    /** A token must be meant for one of these (security case 24). */
    readonly audiences: readonly string[];
  };
  readonly claimMappings: {
    readonly username: PrefixedClaim;
    readonly groups?: PrefixedClaim;
    readonly uid?: { readonly claim: string };
  };
  /** Claims a token must have with these values. */
  readonly claimValidationRules?: readonly { readonly claim: string; readonly requiredValue: string }[];
  /** The clusters its tokens are good for; absent: all. */
  readonly clusters?: readonly ClusterName[];
}

/** Signatures that are believed: those by which only the issuer can sign; upstream's. */
const algorithms = ["RS256", "RS384", "RS512", "ES256", "ES384", "ES512", "PS256", "PS384", "PS512"];

/** Time the issuer has to answer (milliseconds). */
const patience = 10_000;

/** Verifies the tokens of other identity providers. Their keys are fetched when first needed, kept, and fetched anew for a key that isn't known. */
export class JwtIssuers {
  readonly #issuers: readonly JwtIssuer[];
  readonly #fetch: typeof fetch;
  readonly #now: () => number;
  readonly #keys = new Map<string, Promise<JWTVerifyGetKey>>();

  constructor(issuers: readonly JwtIssuer[], fetcher: typeof fetch, now: () => number) {
    this.#issuers = issuers;
    this.#fetch = fetcher;
    this.#now = now;
  }

  /** Whose a token is, or why it is refused; undefined for a token of none of these issuers. */
  async judge(
    token: string,
    cluster: ClusterName,
  ): Promise<{ readonly user: User } | { readonly error: string } | undefined> {
    if (this.#issuers.length === 0) return undefined;
    const { decodeJwt, jwtVerify } = await import("jose");
    const named = claimed(() => decodeJwt(token).iss);
    const found = this.#issuers.find(({ issuer }) => issuer.url === named);
    if (found === undefined || (found.clusters !== undefined && !found.clusters.includes(cluster)))
      return undefined;
    try {
      const { url, audiences } = found.issuer;
      const { payload } = await jwtVerify(token, await this.#keysOf(url), {
        issuer: url,
        audience: [...audiences],
        algorithms,
        requiredClaims: ["exp"],
        currentDate: new Date(this.#now()),
      });
      return { user: userOf(found, payload) };
    } catch (error) {
      return { error: `oidc: ${errorMessage(error)}` };
    }
  }

  #keysOf(url: string): Promise<JWTVerifyGetKey> {
    const known = this.#keys.get(url);
    if (known !== undefined) return known;
    const fetched = this.#discover(url).catch((error) => {
      // asked again for the next token
      this.#keys.delete(url);
      throw error;
    });
    this.#keys.set(url, fetched);
    return fetched;
  }

  async #discover(url: string): Promise<JWTVerifyGetKey> {
    const { createRemoteJWKSet, customFetch } = await import("jose");
    const address = `${url.replace(/\/$/, "")}/.well-known/openid-configuration`;
    // a redirect could lead to keys of somebody else's
    const options = { redirect: "error" as const, signal: AbortSignal.timeout(patience) };
    const response = await this.#fetch(address, options);
    const found: unknown = response.ok ? await response.json() : undefined;
    if (!isObject(found) || found["issuer"] !== url || typeof found["jwks_uri"] !== "string") {
      throw new Error(`the discovery document of ${url} can't be used (status ${response.status})`);
    }
    return createRemoteJWKSet(new URL(found["jwks_uri"]), {
      [customFetch]: this.#fetch,
      timeoutDuration: patience,
    });
  }
}

function claimed<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

function userOf({ claimMappings, claimValidationRules = [] }: JwtIssuer, claims: JWTPayload): User {
  for (const { claim, requiredValue } of claimValidationRules) {
    if (claims[claim] !== requiredValue)
      throw new Error(`the claim ${claim} isn't ${JSON.stringify(requiredValue)}`);
  }
  const { username, groups, uid } = claimMappings;
  const name = claims[username.claim];
  if (typeof name !== "string" || name === "") throw new Error(`the claim ${username.claim} names nobody`);
  if (username.claim === "email" && claims["email_verified"] === false) throw new Error("email not verified");
  const listed =
    groups === undefined ? [] : textsOf(claims[groups.claim]).map((text) => `${groups.prefix}${text}`);
  const user = `${username.prefix}${name}`;
  // such names are the cluster's own: nobody from elsewhere may have one
  if ([user, ...listed].some((text) => text.startsWith("system:")))
    throw new Error("a name may not begin with system:");
  const id = uid === undefined ? undefined : claims[uid.claim];
  return {
    name: user,
    groups: [...listed, authenticatedGroup],
    ...(typeof id === "string" ? { uid: id } : {}),
  };
}

function textsOf(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}
