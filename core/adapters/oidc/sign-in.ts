import type { Clock } from "@catalyst/base/clock";
import { CatalystError, errorMessage } from "@catalyst/base/errors";
import type { SignIn } from "@catalyst/ports/identity";
import type { Configuration } from "openid-client";

export interface OidcSignInOptions {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly clock: Clock;
}

/** A sign-in that was begun and not ended yet. */
interface Begun {
  readonly verifier: string;
  readonly nonce: string;
  readonly returnTo: string;
  readonly expiresAt: number;
}

/** How long a person may take to sign in, in milliseconds. */
const patience = 10 * 60_000;

/** Sign-ins under way at most: a flood of them drops the oldest, never the memory. */
const limit = 10_000;

/** Signs people in at any OpenID provider. The library is loaded with the first sign-in. */
export function oidcSignIn(options: OidcSignInOptions): SignIn {
  const begun = new Map<string, Begun>();
  let configured: Promise<Configuration> | undefined;
  const configuration = (): Promise<Configuration> => {
    configured ??= configure(options);
    configured.catch(() => {
      configured = undefined;
    });
    return configured;
  };
  return {
    async begin(redirectUri, returnTo) {
      const oidc = await import("openid-client");
      const [state, nonce, verifier] = [
        oidc.randomState(),
        oidc.randomNonce(),
        oidc.randomPKCECodeVerifier(),
      ];
      const [oldest] = begun.keys();
      if (begun.size >= limit && oldest !== undefined) begun.delete(oldest);
      begun.set(state, { verifier, nonce, returnTo, expiresAt: options.clock.now() + patience });
      const location = oidc.buildAuthorizationUrl(await configuration(), {
        redirect_uri: redirectUri,
        scope: "openid profile email",
        state,
        nonce,
        code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
        code_challenge_method: "S256",
      });
      return { location: location.href, state };
    },
    async complete(callbackUrl, state) {
      const oidc = await import("openid-client");
      const known = begun.get(state);
      begun.delete(state);
      if (known === undefined || known.expiresAt < options.clock.now())
        throw refused("this sign-in took too long or was used before");
      try {
        const tokens = await oidc.authorizationCodeGrant(await configuration(), new URL(callbackUrl), {
          expectedState: state,
          expectedNonce: known.nonce,
          pkceCodeVerifier: known.verifier,
          idTokenExpected: true,
        });
        const user = tokens.claims()?.sub;
        if (user === undefined) throw refused("the identity provider named nobody");
        return { user, returnTo: known.returnTo };
      } catch (error) {
        if (error instanceof CatalystError) throw error;
        throw refused(errorMessage(error), error);
      }
    },
  };
}

async function configure({ issuer, clientId, clientSecret }: OidcSignInOptions): Promise<Configuration> {
  const oidc = await import("openid-client");
  const url = new URL(issuer);
  // plain HTTP is the embedded provider on this very machine
  const local = url.protocol === "http:" && url.hostname === "localhost";
  try {
    return await oidc.discovery(
      url,
      clientId,
      clientSecret,
      undefined,
      local ? { execute: [oidc.allowInsecureRequests] } : {},
    );
  } catch (cause) {
    throw new CatalystError("identity-unavailable", `the identity provider ${issuer} doesn't answer`, {
      cause,
    });
  }
}

function refused(message: string, cause?: unknown): CatalystError {
  return new CatalystError("sign-in-refused", message, { cause, hint: "Sign in again." });
}
