import { openServer } from "@catalyst/adapter-http";
import { systemClock } from "@catalyst/base/clock";
import { silentLogger } from "@catalyst/base/logger";
import { type EmbeddedRegistry, openRegistry, tokenAccess } from "@catalyst/embedded-registry";

/** By which a program may push to the registry. */
export const registryLogin = { username: "lab", password: "secret" } as const;

/** The embedded registry, listening. */
export interface LabRegistry {
  readonly registry: EmbeddedRegistry;
  /** `127.0.0.1:<port>` */
  readonly host: string;
  close(): Promise<void>;
}

/** Opens one in a folder; everybody may pull what is below `publicPrefix`. */
export async function openLabRegistry(folder: string, publicPrefix: string): Promise<LabRegistry> {
  const registry = await openRegistry({
    folder,
    access: tokenAccess({
      publicPrefixes: [publicPrefix],
      authenticate: async (token) =>
        token === registryLogin.password
          ? { name: registryLogin.username, grants: [{ prefix: "", actions: ["pull", "push"] }] }
          : undefined,
    }),
    clock: systemClock,
    logger: silentLogger,
  });
  const server = await openServer(registry.handler, { logger: silentLogger });
  return { registry, host: `127.0.0.1:${server.port}`, close: () => server.close() };
}
