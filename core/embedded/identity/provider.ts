import type { IncomingMessage, ServerResponse } from "node:http";
import { errorMessage } from "@catalyst/base/errors";
import type { Logger } from "@catalyst/base/logger";
import type { JWK } from "jose";
import type { Configuration } from "oidc-provider";
import { serveInteraction } from "./interaction.ts";
import { passwordPath, servePassword } from "./password.ts";
import type { ProviderRecords } from "./records.ts";
import type { Users } from "./users.ts";

/** A program that signs people in here. */
export interface RelyingParty {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly redirectUris: readonly string[];
}

export interface IdentityOptions {
  /** `http://localhost:8700/identity`. */
  readonly issuer: string;
  readonly users: Users;
  /** Where sign-ins are kept. */
  readonly records: ProviderRecords;
  readonly relyingParties: readonly RelyingParty[];
  /** Private signing keys, JWK. */
  readonly signingKeys: readonly JWK[];
  /** Signs the provider's own cookies. */
  readonly cookieKey: string;
  /** Ends what a user's sign-ins here began at the relying parties; called once the user has a new password. */
  signOut(user: string): Promise<void>;
  readonly logger: Logger;
}

/** Serves requests whose paths follow the issuer's. */
export type IdentityListener = (request: IncomingMessage, response: ServerResponse) => void;

/**
 * The embedded OpenID provider over local users: code flow with PKCE, nothing else. Its sign-ins outlive a
 * restart. The provider is loaded with the first request.
 */
export function openIdentity(options: IdentityOptions): IdentityListener {
  let opened: Promise<IdentityListener> | undefined;
  return (request, response) => {
    if (new URL(request.url ?? "/", options.issuer).pathname === passwordPath) {
      servePassword(options, request, response).catch((error: unknown) => {
        options.logger.warn("a password page failed", { error: errorMessage(error) });
        if (!response.headersSent) response.writeHead(400, { "content-type": "text/plain" });
        response.end("This can't go on. Open the link again.\n");
      });
      return;
    }
    opened ??= openProvider(options);
    opened.then(
      (listener) => listener(request, response),
      (error: unknown) => {
        opened = undefined;
        options.logger.error("the identity provider can't be opened", { error: String(error) });
        response
          .writeHead(500, { "content-type": "text/plain" })
          .end("The identity provider can't be opened; the log says why.\n");
      },
    );
  };
}

/**
 * Loads the library, which knows a fit Node by the name of its long-term release, while 26 from npm has none,
 * and complains on the console. That goes to the log.
 */
async function loadProvider(logger: Logger) {
  const { warn } = console;
  console.warn = (complaint: string) => logger.debug("the identity provider's library warns", { complaint });
  try {
    return (await import("oidc-provider")).default;
  } finally {
    console.warn = warn;
  }
}

async function openProvider(options: IdentityOptions): Promise<IdentityListener> {
  const Provider = await loadProvider(options.logger);
  const { pathname } = new URL(options.issuer);
  const provider = new Provider(options.issuer, configuration(options, pathname));
  provider.proxy = false;
  provider.on("server_error", (_context, error) =>
    options.logger.error("the identity provider failed", { error: error.message }),
  );
  const callback = provider.callback();
  return (request, response) => {
    if (request.url?.startsWith("/interaction/") === true) {
      serveInteraction(provider, options.users, pathname, request, response).catch((error: unknown) => {
        options.logger.warn("a sign-in page failed", { error: String(error) });
        if (!response.headersSent)
          response
            .writeHead(400, { "content-type": "text/plain" })
            .end("This sign-in has ended. Go back and sign in again.\n");
      });
      return;
    }
    // the provider makes its own addresses by where it is mounted
    (request as IncomingMessage & { originalUrl?: string }).originalUrl = `${pathname}${request.url ?? "/"}`;
    void callback(request, response);
  };
}

function configuration(options: IdentityOptions, path: string): Configuration {
  const { users, records } = options;
  return {
    adapter: (model: string) => records.adapter(model),
    clients: options.relyingParties.map((party) => ({
      client_id: party.clientId,
      client_secret: party.clientSecret,
      redirect_uris: [...party.redirectUris],
      grant_types: ["authorization_code"],
      response_types: ["code"],
      id_token_signed_response_alg: "ES256",
      token_endpoint_auth_method: "client_secret_basic",
    })),
    jwks: { keys: [...options.signingKeys] as never },
    cookies: { keys: [options.cookieKey], long: { path }, short: { path } },
    claims: { openid: ["sub"], profile: ["name", "preferred_username"], email: ["email"] },
    conformIdTokenClaims: false,
    pkce: { required: () => true },
    features: {
      devInteractions: { enabled: false },
      rpInitiatedLogout: { enabled: false },
      userinfo: { enabled: true },
    },
    renderError: async (context, { error, error_description: description }) => {
      context.type = "text/plain";
      context.body = `This sign-in can't go on: ${description ?? error}\nGo back and sign in again.\n`;
    },
    interactions: { url: (_context, interaction) => `${path}/interaction/${interaction.uid}` },
    // the only relying party is this Sovereign itself: there is nothing to consent to
    loadExistingGrant: async (context) => {
      const { client, session, provider } = context.oidc;
      if (client === undefined || session?.accountId === undefined) return undefined;
      const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
      grant.addOIDCScope("openid profile email");
      await grant.save();
      return grant;
    },
    findAccount: async (_context, id) => {
      const user = users.find(id);
      if (user === undefined) return undefined;
      return {
        accountId: id,
        claims: async () => ({ sub: id, name: user.name, preferred_username: id, email: user.email }),
      };
    },
    ttl: {
      Interaction: 600,
      Session: 12 * 3600,
      Grant: 12 * 3600,
      AccessToken: 900,
      AuthorizationCode: 60,
      IdToken: 900,
    },
    routes: { authorization: "/auth", token: "/token", userinfo: "/me", jwks: "/jwks" },
  };
}
