import { errorMessage } from "@catalyst/base/errors";
import type { Logger } from "@catalyst/base/logger";
import type { ClusterName } from "@catalyst/ports/kubernetes";
import type { JWTVerifyGetKey } from "jose";
import type { User } from "../user.ts";
import { userOfClaims } from "./claims.ts";
import type { JwtIssuer } from "./issuer.ts";
import { discoverKeys } from "./issuer-keys.ts";

/** Signatures that are believed: those by which only the issuer can sign; upstream's. */
const algorithms = ["RS256", "RS384", "RS512", "ES256", "ES384", "ES512", "PS256", "PS384", "PS512"];

/** How long a provider that couldn't be asked is left alone (milliseconds); as long as upstream waits. Anybody may send tokens. */
const retryPause = 10_000;

/** The keys of an issuer, or when the last try to get them failed. */
interface Keys {
  readonly found: Promise<JWTVerifyGetKey>;
  failedAt?: number;
}

/**
 * Verifies the tokens of other identity providers. Their keys are fetched when first needed, kept, and fetched anew for a
 * key that isn't known; that they can't be had is told in the log.
 */
export class JwtIssuers {
  readonly #issuers: readonly JwtIssuer[];
  readonly #fetch: typeof fetch;
  readonly #now: () => number;
  readonly #logger: Logger;
  readonly #keys = new Map<string, Keys>();

  constructor(issuers: readonly JwtIssuer[], fetcher: typeof fetch, now: () => number, logger: Logger) {
    this.#issuers = issuers;
    this.#fetch = fetcher;
    this.#now = now;
    this.#logger = logger;
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
      const { payload } = await jwtVerify(token, await this.#keysOf(found), {
        issuer: url,
        audience: [...audiences],
        algorithms,
        requiredClaims: ["exp"],
        currentDate: new Date(this.#now()),
      });
      return { user: await userOfClaims(found, payload) };
    } catch (error) {
      return { error: `oidc: ${errorMessage(error)}` };
    }
  }

  #keysOf(issuer: JwtIssuer): Promise<JWTVerifyGetKey> {
    const { url } = issuer.issuer;
    const known = this.#keys.get(url);
    const isOver = known?.failedAt !== undefined && this.#now() - known.failedAt >= retryPause;
    if (known !== undefined && !isOver) return known.found;
    const keys: Keys = { found: discoverKeys(issuer, this.#fetch) };
    this.#keys.set(url, keys);
    keys.found.catch((error) => {
      keys.failedAt = this.#now();
      this.#logger.warn("an identity provider has no keys", { issuer: url, error: errorMessage(error) });
    });
    return keys.found;
  }
}

function claimed<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
