import { join } from "node:path";
import type { Clock } from "@catalyst/base/clock";
import { errorMessage } from "@catalyst/base/errors";
import type { Logger } from "@catalyst/base/logger";
import { RegistryCatalog } from "@catalyst/blueprint/catalog";
import { resolve, wantsDependency } from "@catalyst/blueprint/resolver";
import { openSigningKey } from "@catalyst/blueprint/signature";
import { ValuesReader } from "@catalyst/blueprint/values";
import type { PlanWork } from "@catalyst/blueprint/work";
import { applicationController } from "@catalyst/controllers/application";
import { blueprintController, blueprintRequest } from "@catalyst/controllers/blueprint";
import { environmentController } from "@catalyst/controllers/environment";
import { organizationController } from "@catalyst/controllers/organization";
import { sovereignController } from "@catalyst/controllers/sovereign";
import { parseEnvironmentName } from "@catalyst/model/naming";
import type { RepositoryRef, Webhook } from "@catalyst/ports/git";
import {
  ApplicationSecrets,
  type Caller,
  liveState,
  Organizations,
  Provisioning,
  removeAllSecrets,
  sweepSecrets,
} from "@catalyst/provisioning";
import type { Controller, RunningControllers } from "@catalyst/reconciler";
import { fluxAccount } from "./access.ts";
import { openAudit } from "./audit.ts";
import { listed } from "./blueprint-reader.ts";
import type { DataFolder } from "./data-folder.ts";
import { derivedSecret } from "./key-files.ts";
import { installKinds } from "./kinds.ts";
import { packedCharts } from "./packed-charts.ts";
import { generatePassword } from "./password.ts";
import { blueprintPrefix } from "./publish.ts";
import { openRecovery } from "./recovery.ts";
import { releaseRenderer } from "./rendering.ts";
import { vaultAddress } from "./secrets.ts";
import { type Servers, webhookOrigin } from "./servers.ts";

export interface ControlPlaneOptions {
  readonly servers: Servers;
  readonly folder: DataFolder;
  readonly work: PlanWork;
  readonly origin: string;
  /** What the Sovereign is called in labels. */
  readonly sovereign: string;
  /** What its addresses are below. */
  readonly domain: string;
  readonly version: string;
  readonly clock: Clock;
  readonly logger: Logger;
}

export type ControlPlane = Awaited<ReturnType<typeof openControlPlane>>;

/** The registry name in image references; nodes map it to where the registry listens. */
export const imageRegistry = "registry.catalyst.local";

/** Makes what Catalyst itself does out of the servers' clients: catalog, provisioning, controllers. */
export async function openControlPlane(options: ControlPlaneOptions) {
  const { servers, folder, origin, work, logger } = options;
  const { git, clusters, registry, registryHost, master, access } = servers;
  const signingKey = await openSigningKey(join(folder.keys, "blueprints.pem"));
  const catalog = new RegistryCatalog({
    registry,
    prefix: blueprintPrefix,
    keys: [signingKey],
    manifests: await servers.spine.bucket("blueprint-manifests"),
  });
  const place = (environment: string) => placeOf(environment, options, registryHost);
  const packedChart = packedCharts(catalog);
  const render = releaseRenderer(packedChart, clusters, work);
  const planning = {
    catalog,
    wants: wantsDependency,
    render,
    work,
    live: liveState(clusters),
    secrets: servers.secrets,
    readerOf: (environment: string, caller: Caller) => access.clusterUser(caller, environment),
    place,
  };
  const provisioning = new Provisioning({ ...planning, git, resolve });
  const webhook: Webhook = {
    url: `${webhookOrigin}/git`,
    secret: derivedSecret(master, "webhook"),
    events: ["push"],
  };
  const recovery = openRecovery(openAudit(servers.spine, options.clock, logger));
  const controllers: readonly Controller[] = [
    recovery.controller,
    sovereignController({ domain: options.domain, version: options.version }) as Controller,
    organizationController({ git }) as Controller,
    environmentController({
      git,
      access: async (repository) =>
        repositoryAccess(repository, origin, access.fluxToken(`${repository.owner}/${repository.name}`)),
      secretsAccess: (environment) => ({
        server: vaultAddress(origin),
        token: access.secretsReaderToken(environment),
      }),
      removeSecrets: (environment) => removeAllSecrets(environment, servers.secrets),
      webhook: () => webhook,
      trustedKeys: () => ({ "sovereign.pub": signingKey.publicPem }),
      installKinds: (client) => installKinds(client, "environment"),
    }) as Controller,
    blueprintController({ releases: (name) => catalog.releases(name).map(listed) }) as Controller,
    applicationController({
      catalog,
      place,
      generatePassword,
      urlOf: (host) => urlOf(host, origin),
    }) as Controller,
  ];
  return {
    catalog,
    signingKey,
    provisioning,
    organizations: new Organizations(git),
    values: new ValuesReader({
      catalog,
      packedChart,
      work,
      place,
      document: async (environment, application) =>
        (await provisioning.snapshot(environment)).tree.applications.get(application),
    }),
    secrets: new ApplicationSecrets({
      store: servers.secrets,
      catalog,
      snapshot: (environment) => provisioning.snapshot(environment),
    }),
    /** Destroys an Environment's values that nothing needs any longer. */
    sweepSecrets: (environment: string) =>
      sweepSecrets(environment, {
        store: servers.secrets,
        git,
        snapshot: (name) => provisioning.snapshot(name),
        now: () => options.clock.now(),
      }),
    controllers,
    recovery,
    webhook,
    /** Reads the catalog as the registry has it now; what can't be read stays as it was. */
    async loadCatalog(): Promise<void> {
      await catalog.refresh().catch((error: unknown) => {
        logger.warn("the catalog wasn't read whole", { error: errorMessage(error) });
      });
    },
    /** Brings every Blueprint object up to date with the catalog. */
    showCatalog(running: RunningControllers): void {
      for (const name of catalog.names()) running.enqueue("blueprint", blueprintRequest(name));
    },
  };
}

export function repositoryAccess({ owner, name }: RepositoryRef, origin: string, password: string) {
  return { url: `${origin}/git/${owner}/${name}.git`, username: `${fluxAccount}.${owner}/${name}`, password };
}

function urlOf(host: string, origin: string): string {
  const { protocol, port } = new URL(origin);
  return `${protocol}//${host}${host.endsWith(".localhost") && port !== "" ? `:${port}` : ""}`;
}

function placeOf(environment: string, { origin, sovereign }: ControlPlaneOptions, registryHost: string) {
  return {
    platform: (application: string) => {
      const host = `${application}.${environment}.localhost`;
      const { organization } = parseEnvironmentName(environment);
      return {
        sovereign,
        organization,
        environment,
        host,
        url: urlOf(host, origin),
        registry: imageRegistry,
      };
    },
    source: (release: { readonly repository: string }) => ({
      url: `oci://${registryHost}/${release.repository}`,
      insecure: true,
    }),
  };
}
