import { systemRepository } from "@catalyst/model/naming";
import type { SovereignView } from "@catalyst/model/view";
import { managementCluster } from "@catalyst/ports/kubernetes";
import type { RunningControllers } from "@catalyst/reconciler";
import { takeClaims } from "./claims.ts";
import { repositoryAccess } from "./control-plane.ts";
import { dataFolder } from "./data-folder.ts";
import { firstStart } from "./first-start.ts";
import { lateBound } from "./late-bound.ts";
import { openParts, type Parts } from "./parts.ts";
import { startReconciling } from "./reconciling.ts";
import { refuseIfRunning } from "./running.ts";
import { keepSweeping } from "./secrets.ts";
import { startServing } from "./serving.ts";
import { type SovereignOptions, type Start, servedDomain } from "./start.ts";
import { ensureSystemRepository } from "./system-repository.ts";

/** A Sovereign that runs in this process. */
export interface RunningSovereign {
  readonly origin: string;
  readonly kubernetesPort: number;
  readonly runtime: SovereignView["runtime"];
  /** Set at the very first start only. */
  readonly oneTimePassword: string | undefined;
  stop(): Promise<void>;
}

/**
 * Starts a Sovereign on a data folder. Throws `http-port-in-use`, `store-locked`, `store-damaged` and the like
 * before anything is changed.
 */
export async function startSovereign(options: SovereignOptions): Promise<RunningSovereign> {
  const folder = dataFolder(options.data);
  await refuseIfRunning(folder.root);
  const opened = new AsyncDisposableStack();
  const start: Start = { options, folder, late: lateBound(), opened };
  try {
    return await startSteps(start);
  } catch (error) {
    await opened.disposeAsync();
    throw error;
  }
}

/** The order is the order of need: each step uses what those before it opened. */
async function startSteps(start: Start): Promise<RunningSovereign> {
  const { options, opened } = start;
  const { logger, version } = options;
  const claims = await takeClaims(start);
  const { kubernetesPort } = claims;
  const { origin } = claims.door;
  const parts = await openParts(start, claims);
  const { runtime } = parts.sovereignNode;
  const running = await startReconciling(start, origin, parts);
  await startServing(start, claims, parts, running);
  await running.ready();
  beginWork(start, parts, running);
  const oneTimePassword = await prepareFirstUse(start, origin, parts);
  logger.info("the Sovereign is ready", { version, origin, kubernetesPort, runtime: runtime.name });
  return {
    origin,
    kubernetesPort,
    runtime,
    oneTimePassword,
    async stop() {
      logger.info("the Sovereign is stopping");
      await opened.disposeAsync();
    },
  };
}

/** Begins what goes on by itself for as long as the Sovereign runs. */
function beginWork({ options, opened }: Start, parts: Parts, running: RunningControllers): void {
  const { clock, logger } = options;
  const { sovereignNode, projection, plane } = parts;
  const end = new AbortController();
  opened.defer(() => end.abort());
  void sovereignNode.node.run(running, end.signal);
  const environments = () => projection.scopes().filter((scope) => scope !== managementCluster);
  void keepSweeping({ environments, sweep: plane.sweepSecrets, clock, logger }, end.signal);
  plane.showCatalog(running);
}

/** Makes the system repository and whoever is to use this Sovereign first. Gives a one-time password, as `firstStart`. */
function prepareFirstUse(
  { options, folder }: Start,
  origin: string,
  { servers, plane, projection }: Parts,
): Promise<string | undefined> {
  const password = servers.access.fluxToken(`${systemRepository.owner}/${systemRepository.name}`);
  return firstStart({
    servers,
    folder,
    organizations: plane.organizations,
    projection,
    empty: options.empty,
    clock: options.clock,
    prepare: () =>
      ensureSystemRepository({
        ...servers,
        domain: servedDomain,
        access: repositoryAccess(systemRepository, origin, password),
        webhook: plane.webhook,
      }),
  });
}
