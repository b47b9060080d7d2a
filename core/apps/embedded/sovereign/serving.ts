import type { RunningControllers } from "@catalyst/reconciler";
import { watchBlueprintPushes } from "./catalog-watch.ts";
import type { Claims } from "./claims.ts";
import { openSovereignIdentity } from "./identity.ts";
import { lateApi } from "./late-api.ts";
import type { Parts } from "./parts.ts";
import { serveConsole } from "./serve-console.ts";
import type { Start } from "./start.ts";

/** Opens identity, API and console, and lets requests in at both ports. */
export async function startServing(
  { options, folder, late, opened }: Start,
  { door, authority }: Claims,
  parts: Parts,
  running: RunningControllers,
): Promise<void> {
  const { clock, logger } = options;
  const { servers, plane, flux, ingress } = parts;
  const identity = await openSovereignIdentity({ ...servers, folder, origin: door.origin, clock, logger });
  const api = lateApi(async () => {
    const { openSovereignApi } = await import("./api.ts");
    return openSovereignApi(options, door.origin, parts, identity);
  }, logger);
  opened.defer(() => api.close());
  const catalogChanged = () => void plane.loadCatalog().then(() => plane.showCatalog(running));
  const console = serveConsole(folder.console, clock, logger);
  door.open({
    api: api.route,
    handlers: {
      git: { handler: servers.gitHandler, cut: true },
      v2: { handler: watchBlueprintPushes(servers.registryServer.handler, catalogChanged), cut: false },
      vault: { handler: servers.secretsHandler, cut: true },
      artifacts: { handler: flux.artifactHandler, cut: true },
    },
    identity: identity.listener,
    console: console.route,
    applications: ingress.serve(running),
    certificate: authority.server,
  });
  late.kubernetes = servers.kubernetes.handler;
}
