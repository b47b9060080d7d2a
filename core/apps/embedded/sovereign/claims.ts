import { mkdir } from "node:fs/promises";
import { type ListeningServer, openServer, type ServerOptions } from "@catalyst/adapter-http";
import { CatalystError, isCatalystError } from "@catalyst/base/errors";
import { openStore, type Store } from "@catalyst/embedded-store";
import type { Handler } from "@catalyst/ports/transport";
import { openAuthority, type SovereignAuthority } from "./authority.ts";
import { type FrontDoor, takeFrontDoor } from "./front-door.ts";
import type { Start } from "./start.ts";

/** What one Sovereign alone can have at a time, its two ports and its folder, and what it needs to have them. */
export interface Claims {
  readonly door: FrontDoor;
  readonly store: Store;
  readonly authority: SovereignAuthority;
  readonly kubernetesPort: number;
}

/**
 * Takes the HTTP port, the folder's lock and the Kubernetes port. Throws `http-port-in-use`, `store-locked`,
 * `store-damaged` and the like.
 */
export async function takeClaims({ options, folder, late, opened }: Start): Promise<Claims> {
  const { clock, logger, listen } = options;
  const door = await takeFrontDoor({ listen, port: options.port, logger });
  opened.defer(() => door.close());
  // the folder's lock comes before anything is written
  const store = await openStore({ dir: folder.root });
  opened.defer(() => store.close());
  await mkdir(folder.keys, { recursive: true, mode: 0o700 });
  const authority = await openAuthority(folder, clock);
  const kubernetes = await takeKubernetesPort((request) => late.kubernetes(request), {
    host: listen,
    port: options.kubernetesPort,
    tls: { cert: authority.server.cert, key: authority.server.key, clientCa: authority.certificate },
    logger,
  });
  opened.defer(() => kubernetes.close());
  return { door, store, authority, kubernetesPort: kubernetes.port };
}

/** Names the option, which the server itself doesn't know. */
async function takeKubernetesPort(handler: Handler, options: ServerOptions): Promise<ListeningServer> {
  try {
    return await openServer(handler, options);
  } catch (error) {
    if (!isCatalystError(error, "http-port-in-use")) throw error;
    throw new CatalystError(error.code, `port ${options.port} is in use`, {
      cause: error,
      hint: "Choose another port with --kubernetes-port.",
    });
  }
}
