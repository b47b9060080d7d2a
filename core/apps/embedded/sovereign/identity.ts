import { join } from "node:path";
import { oidcSignIn } from "@catalyst/adapter-oidc";
import type { Clock } from "@catalyst/base/clock";
import type { Logger } from "@catalyst/base/logger";
import { type IdentityListener, newSigningKey, openIdentity, type Users } from "@catalyst/embedded-identity";
import type { SignIn } from "@catalyst/ports/identity";
import type { DataFolder } from "./data-folder.ts";
import { derivedSecret, keyFile } from "./key-files.ts";

export interface SovereignIdentityOptions {
  readonly folder: DataFolder;
  readonly origin: string;
  readonly master: string;
  readonly users: Users;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** The identity provider of this Sovereign, and the console's way to it. */
export async function openSovereignIdentity(
  options: SovereignIdentityOptions,
): Promise<{ readonly listener: IdentityListener; readonly signIn: SignIn }> {
  const { folder, origin, master, users, clock, logger } = options;
  const issuer = `${origin}/identity`;
  const clientId = "catalyst-console";
  const clientSecret = derivedSecret(master, `oidc:${clientId}`);
  const key = await keyFile(join(folder.keys, "identity.jwk"), () => JSON.stringify(newSigningKey()));
  const listener = openIdentity({
    issuer,
    users,
    relyingParties: [{ clientId, clientSecret, redirectUris: [`${origin}/v1/sign-in/callback`] }],
    signingKeys: [JSON.parse(key)],
    cookieKey: derivedSecret(master, "identity-cookies"),
    logger: logger.child({ server: "identity" }),
  });
  return { listener, signIn: oidcSignIn({ issuer, clientId, clientSecret, clock }) };
}
