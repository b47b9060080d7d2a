import { CatalystError } from "@catalyst/base/errors";
import { isSameSecret } from "@catalyst/base/same-secret";
import type { Headers } from "@catalyst/ports/transport";
import type { Principal } from "./principal.ts";
import type { Sessions } from "./sessions.ts";
import type { Tokens } from "./tokens.ts";

/** A user as the identity provider knows it. */
export interface UserProfile {
  readonly user: string;
  readonly name: string;
  readonly email: string;
  readonly sovereignAdmin: boolean;
}

export interface AuthenticateOptions {
  readonly tokens: Tokens;
  readonly sessions: Sessions;
  /** Undefined: the user is gone, and with it every credential it had. */
  profile(user: string): UserProfile | undefined;
  /** Checks a JWT of the issuer, its audience and expiry; gives its user. */
  verifyJwt?(token: string): Promise<string | undefined>;
}

/** The cookie that holds a session's secret. */
export const sessionCookie = "catalyst_session";

/** Methods that change nothing. */
const safe = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * Finds out who calls: bearer token, or session cookie with its CSRF token on changes. Undefined: nobody.
 * Throws `unauthenticated` for a credential that isn't valid, and `csrf-missing`.
 */
export async function authenticate(
  method: string,
  headers: Headers,
  options: AuthenticateOptions,
): Promise<Principal | undefined> {
  const bearer = bearerOf(headers);
  if (headers["authorization"] !== undefined) {
    const principal = bearer === undefined ? undefined : await fromBearer(bearer, options);
    if (principal === undefined)
      throw new CatalystError("unauthenticated", "this token isn't valid", { hint: "Make a new one." });
    return principal;
  }
  const secret = cookieOf(headers, sessionCookie);
  const session = secret === undefined ? undefined : options.sessions.find(secret);
  const profile = session === undefined ? undefined : options.profile(session.user);
  if (session === undefined || profile === undefined) return undefined;
  if (!safe.has(method) && !isSameSecret(headers["x-csrf-token"] ?? "", session.csrf)) {
    throw new CatalystError("csrf-missing", "the header x-csrf-token is missing or wrong", {
      hint: "Take it from GET /v1/me.",
    });
  }
  return { ...profile, scope: "write", via: "session", notAfter: session.notAfter };
}

/**
 * Tells whether what a request was let in with still holds, for answers that go on for long: a token may be
 * revoked, a session ended, a user removed meanwhile. Gives the principal as it is now; a JWT holds until it
 * expires, or its user is gone.
 */
export function renewed(
  principal: Principal,
  headers: Headers,
  options: AuthenticateOptions,
): Principal | undefined {
  const profile = options.profile(principal.user);
  if (profile === undefined) return undefined;
  const bearer = bearerOf(headers);
  if (principal.via === "token" && (bearer === undefined || options.tokens.verify(bearer) === undefined))
    return undefined;
  const secret = cookieOf(headers, sessionCookie);
  if (principal.via === "session" && (secret === undefined || options.sessions.find(secret) === undefined))
    return undefined;
  return { ...principal, ...profile };
}

function bearerOf(headers: Headers): string | undefined {
  return /^bearer\s+(\S+)$/i.exec(headers["authorization"] ?? "")?.[1];
}

async function fromBearer(token: string, options: AuthenticateOptions): Promise<Principal | undefined> {
  const record = options.tokens.verify(token);
  if (record !== undefined) {
    const profile = options.profile(record.user);
    const notAfter = record.expiresAt === undefined ? undefined : Date.parse(record.expiresAt);
    return profile === undefined ? undefined : { ...profile, scope: record.scope, via: "token", notAfter };
  }
  const user = token.includes(".") ? await options.verifyJwt?.(token) : undefined;
  const profile = user === undefined ? undefined : options.profile(user);
  return profile === undefined ? undefined : { ...profile, scope: "write", via: "jwt" };
}

/** Gives a cookie's value. */
export function cookieOf(headers: Headers, name: string): string | undefined {
  for (const part of (headers["cookie"] ?? "").split(";")) {
    const equals = part.indexOf("=");
    if (part.slice(0, equals).trim() === name) return part.slice(equals + 1).trim();
  }
  return undefined;
}
