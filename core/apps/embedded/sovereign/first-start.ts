import { randomBytes } from "node:crypto";
import { readFile, rm } from "node:fs/promises";
import type { Clock } from "@catalyst/base/clock";
import { isCatalystError } from "@catalyst/base/errors";
import { environmentName } from "@catalyst/model/naming";
import { environments, managementCluster } from "@catalyst/ports/kubernetes";
import { objectOf, type Projection, type ScopeState } from "@catalyst/projector";
import type { Organizations } from "@catalyst/provisioning";
import type { DataFolder } from "./data-folder.ts";
import { writePrivate } from "./key-files.ts";
import type { Servers } from "./servers.ts";

export interface FirstStartOptions {
  readonly servers: Servers;
  readonly folder: DataFolder;
  readonly organizations: Organizations;
  readonly projection: Projection;
  readonly empty: boolean;
  readonly clock: Clock;
  /** Makes the system repository be there. */
  prepare(): Promise<void>;
}

const admin = {
  user: "admin",
  name: "Administrator",
  email: "admin@localhost",
  sovereignAdmin: true,
} as const;

/**
 * Makes what a Sovereign needs before anyone can use it: user `admin` with a token, the system repository,
 * and Organization `demo` unless it shall be empty. Each step is done once, however often a start breaks off.
 * Gives the one-time password when `admin` was made now.
 */
export async function firstStart(options: FirstStartOptions): Promise<string | undefined> {
  const { servers, folder } = options;
  const isNew = servers.users.find(admin.user) === undefined;
  const password = isNew ? randomBytes(12).toString("base64url") : undefined;
  await options.prepare();
  if (isNew) {
    if (!options.empty) await makeDemo(options);
    await servers.users.put(admin, password);
  }
  await ensureAdminToken(servers, folder);
  return password;
}

async function ensureAdminToken({ tokens }: Servers, folder: DataFolder): Promise<void> {
  const kept = await readFile(folder.adminToken, "utf8").catch(() => "");
  if (kept.trim() !== "") return;
  const { token } = await tokens.create(admin.user, "admin-token", "write");
  await rm(folder.adminToken, { force: true });
  await writePrivate(folder.adminToken, token);
}

/** How long a start waits for Organization `demo` to be there, in milliseconds. */
const patience = 5_000;

/** Makes the Organization and its Environment, and waits until they can be read: the console shows them at once. */
async function makeDemo({ organizations, projection, clock }: FirstStartOptions): Promise<void> {
  const author = { user: admin.user, name: admin.name, email: admin.email };
  const members = [{ user: admin.user, role: "org-admin" }];
  for (const change of [
    organizations.create("demo", { displayName: "Demo", members }),
    organizations.createEnvironment("demo", "dev", { displayName: "Demo development" }),
  ])
    await unlessExists(() => organizations.commit(change, author));
  const isThere = (state: ScopeState) =>
    objectOf(state, environments, "demo", environmentName("demo", "dev")) !== undefined;
  await projection.until(managementCluster, isThere, { clock, patience });
}

async function unlessExists(make: () => Promise<unknown>): Promise<void> {
  try {
    await make();
  } catch (error) {
    if (!isCatalystError(error, "organization-exists") && !isCatalystError(error, "environment-exists"))
      throw error;
  }
}
