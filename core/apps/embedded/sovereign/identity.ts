import { join } from "node:path";
import { oidcSignIn } from "@catalyst/adapter-oidc";
import type { Directory, Sessions } from "@catalyst/api";
import type { Clock } from "@catalyst/base/clock";
import type { Logger } from "@catalyst/base/logger";
import {
  type IdentityListener,
  newSigningKey,
  openIdentity,
  ProviderRecords,
  passwordLink,
  type Users,
} from "@catalyst/embedded-identity";
import type { EventSpine } from "@catalyst/ports/events";
import type { SignIn } from "@catalyst/ports/identity";
import type { DataFolder } from "./data-folder.ts";
import { derivedSecret, keyFile, keyUnusable } from "./key-files.ts";

export interface SovereignIdentityOptions {
  readonly folder: DataFolder;
  readonly origin: string;
  readonly master: string;
  readonly users: Users;
  readonly sessions: Sessions;
  readonly spine: EventSpine;
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface SovereignIdentity {
  readonly listener: IdentityListener;
  readonly signIn: SignIn;
  readonly directory: Directory;
}

/** The identity provider of this Sovereign, and the console's way to it. */
export async function openSovereignIdentity(options: SovereignIdentityOptions): Promise<SovereignIdentity> {
  const { folder, origin, master, users, clock, logger } = options;
  const issuer = `${origin}/identity`;
  const clientId = "catalyst-console";
  const clientSecret = derivedSecret(master, `oidc:${clientId}`);
  const key = await signingKey(join(folder.keys, "identity.jwk"));
  const listener = openIdentity({
    issuer,
    users,
    records: await ProviderRecords.open(await options.spine.bucket("identity-records"), clock),
    relyingParties: [{ clientId, clientSecret, redirectUris: [`${origin}/v1/sign-in/callback`] }],
    signingKeys: [key],
    cookieKey: derivedSecret(master, "identity-cookies"),
    signOut: (user) => options.sessions.endAll(user),
    logger: logger.child({ server: "identity" }),
  });
  return {
    listener,
    signIn: oidcSignIn({ issuer, clientId, clientSecret, clock }),
    directory: {
      add: (user) => users.put({ ...user, sovereignAdmin: false }),
      hasPassword: (user) => users.hasPassword(user),
      passwordLink: (user) => passwordLink({ issuer, users }, user),
    },
  };
}

async function signingKey(file: string): Promise<ReturnType<typeof newSigningKey>> {
  const text = await keyFile(file, () => JSON.stringify(newSigningKey()));
  try {
    return JSON.parse(text);
  } catch {
    // the cause quotes the file
    throw keyUnusable(file, "it isn't a key in JSON");
  }
}
