import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { pushReceiver } from "@catalyst/adapter-gitea";
import { type ListeningServer, nodeListener, openServer, type ServerOptions } from "@catalyst/adapter-http";
import { membersOf, openApi, Stream } from "@catalyst/api";
import { type Clock, rfc3339 } from "@catalyst/base/clock";
import { CatalystError, isCatalystError } from "@catalyst/base/errors";
import type { Logger } from "@catalyst/base/logger";
import { applicationsKustomization, environmentSource } from "@catalyst/controllers/environment";
import { ingressController, openIngress } from "@catalyst/embedded-ingress";
import { openStore } from "@catalyst/embedded-store";
import { workloadControllers } from "@catalyst/embedded-workloads";
import { annotations } from "@catalyst/model/label";
import { applicationsNamespace, fluxNamespace, systemRepository } from "@catalyst/model/naming";
import type { SovereignView } from "@catalyst/model/view";
import { helmReleases, kustomizations } from "@catalyst/ports/flux";
import type { JudgePush, RepositoryRef } from "@catalyst/ports/git";
import { managementCluster, sovereigns } from "@catalyst/ports/kubernetes";
import type { Handler } from "@catalyst/ports/transport";
import { objectsOf, Projection } from "@catalyst/projector";
import { openJudge } from "@catalyst/provisioning";
import { runControllers } from "@catalyst/reconciler";
import { openSovereignThreads } from "../threads/sovereign-threads.ts";
import { openAudit } from "./audit.ts";
import { openAuthority } from "./authority.ts";
import { blueprintReader } from "./blueprint-reader.ts";
import { watchBlueprintPushes } from "./catalog-watch.ts";
import { type ControlPlane, openControlPlane, repositoryAccess } from "./control-plane.ts";
import { dataFolder } from "./data-folder.ts";
import { documentReader } from "./documents.ts";
import { firstStart } from "./first-start.ts";
import { openSovereignFlux } from "./flux.ts";
import { takeFrontDoor } from "./front-door.ts";
import { openSovereignIdentity } from "./identity.ts";
import { installKinds } from "./kinds.ts";
import { openNode, type RuntimeChoice } from "./node.ts";
import { openOperations } from "./operations.ts";
import { startProjecting } from "./projecting.ts";
import { publishCheckout } from "./publish.ts";
import { refuseIfRunning } from "./running.ts";
import { keepSweeping, secretsControllers } from "./secrets.ts";
import { serveConsole } from "./serve-console.ts";
import { openServers, type Servers } from "./servers.ts";
import { ensureSystemRepository, systemSource } from "./system-repository.ts";

export interface SovereignOptions {
  readonly data: string;
  readonly port: number;
  readonly kubernetesPort: number;
  readonly listen: string;
  readonly runtime: RuntimeChoice;
  /** Without Organization `demo` at the first start. */
  readonly empty: boolean;
  /** The folder whose Blueprints are published. */
  readonly checkout: string;
  readonly version: string;
  readonly clock: Clock;
  readonly logger: Logger;
  progress(text: string): void;
}

/** What every address of an embedded Sovereign is below: names that lead to this machine by themselves. */
const servedDomain = "localhost";

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
  const { clock, logger } = options;
  const folder = dataFolder(options.data);
  await refuseIfRunning(folder.root);
  const stops: (() => Promise<void> | void)[] = [];
  const stop = async () => {
    for (const end of stops.splice(0).reverse()) await end();
  };
  try {
    const door = await takeFrontDoor({ listen: options.listen, port: options.port, logger });
    stops.push(() => door.close());
    // the folder's lock comes before anything is written
    const store = await openStore({ dir: folder.root });
    stops.push(() => store.close());
    await mkdir(folder.keys, { recursive: true, mode: 0o700 });
    const authority = await openAuthority(folder, clock);
    const late = lateBound();
    const kubernetes = await takeKubernetesPort((request) => late.kubernetes(request), {
      host: options.listen,
      port: options.kubernetesPort,
      tls: { cert: authority.server.cert, key: authority.server.key, clientCa: authority.certificate },
      logger,
    });
    stops.push(() => kubernetes.close());
    const { node, runtime, ...nodeParts } = await openNode({
      choice: options.runtime,
      folder,
      authority,
      registryHost: new URL(door.origin).host,
      clusterHandler: (cluster) => servers.kubernetes.clusterHandler(cluster),
      clock,
      logger,
    });
    stops.push(() => nodeParts.close());
    const projection = new Projection();
    const servers = await openServers({
      store,
      folder,
      origin: door.origin,
      clock,
      logger,
      node: { log: (...asked) => node.log(...asked) },
      rootCertificate: authority.certificate,
      judge: (push, signal) => late.judge(push, signal),
      membersOf: (organization) => membersOf(projection, organization),
      webhooks: (request) => late.webhooks(request),
    });
    stops.push(() => servers.close());
    const threads = openSovereignThreads();
    stops.push(() => threads.close());
    const plane = await openControlPlane({
      servers,
      folder,
      work: threads.work,
      origin: door.origin,
      sovereign: "local",
      domain: servedDomain,
      version: options.version,
      clock,
      logger,
    });
    late.judge = openJudge({
      provisioning: plane.provisioning,
      mayChange: (...asked) => servers.access.mayChange(...asked),
    });
    const flux = await openSovereignFlux({
      ...servers,
      folder: folder.artifacts,
      origin: door.origin,
      work: threads.work,
      clock,
    });
    // the catalog comes before the controllers: what it doesn't have, they refuse
    await Promise.all([
      installKinds(servers.clusters.client(managementCluster), "management"),
      fillCatalog(options, servers, plane),
    ]);
    const running = runControllers({
      clusters: servers.clusters,
      controllers: [
        ...plane.controllers,
        ...flux.controllers,
        ...secretsControllers({ origin: door.origin, secretStore: servers.secretStore }),
        ...workloadControllers({ volumesFolder: join(folder.node, "volumes") }),
        ...nodeParts.controllers,
        ingressController,
      ],
      clock,
      logger,
    });
    stops.push(() => running.stop());
    const projecting = await startProjecting({
      ...servers,
      projection,
      documents: documentReader(plane.provisioning),
      clock,
      logger,
    });
    stops.push(() => projecting.stop());
    late.webhooks = pushReceiver({
      secretOf: () => plane.webhook.secret,
      logger,
      onPush: async ({ repository }) => {
        flux.requestReconcile(running, {
          kind: "GitRepository",
          namespace: fluxNamespace,
          ...sourceOf(repository),
        });
        await projecting.collect(repository);
      },
    });
    const identity = await openSovereignIdentity({ ...servers, folder, origin: door.origin, clock, logger });
    const api = await openApi({
      origin: door.origin,
      projection,
      provisioning: plane.provisioning,
      organizations: plane.organizations,
      secrets: plane.secrets,
      blueprints: blueprintReader(plane.catalog),
      clusters: servers.clusters,
      git: servers.git,
      operations: await openOperations(servers, clock),
      stream: new Stream(projection, String(clock.now())),
      signIn: identity.signIn,
      directory: identity.directory,
      access: {
        tokens: servers.tokens,
        sessions: servers.sessions,
        profile: (user) => servers.users.find(user),
      },
      sovereign: () => sovereignView(options, door.origin, runtime, projection),
      audit: openAudit(servers.spine, clock, logger),
      retry: (environment, application) => retry(servers, environment, application, clock),
      clock,
      logger,
    });
    stops.push(() => api.close());
    const catalogChanged = () => void plane.loadCatalog().then(() => plane.showCatalog(running));
    const ingress = openIngress({ clusters: servers.clusters, cache: running.cache });
    const console = serveConsole(folder.console, clock, logger);
    door.open({
      api: (request, response) => api.routing(request, response),
      handlers: {
        git: { handler: servers.gitHandler, cut: true },
        v2: { handler: watchBlueprintPushes(servers.registryServer.handler, catalogChanged), cut: false },
        vault: { handler: servers.secretsHandler, cut: true },
        artifacts: { handler: flux.artifactHandler, cut: true },
      },
      identity: identity.listener,
      console: console.route,
      applications: { request: nodeListener(ingress.handler, { logger }), upgrade: ingress.upgrade },
    });
    late.kubernetes = servers.kubernetes.handler;
    await running.ready();
    const workStop = new AbortController();
    stops.push(() => workStop.abort());
    void node.run(running, workStop.signal);
    const environmentNames = () => projection.scopes().filter((scope) => scope !== managementCluster);
    const sweeping = { environments: environmentNames, sweep: plane.sweepSecrets, clock, logger };
    void keepSweeping(sweeping, workStop.signal);
    plane.showCatalog(running);
    const password = await firstStart({
      servers,
      folder,
      organizations: plane.organizations,
      projection,
      empty: options.empty,
      clock,
      prepare: () =>
        ensureSystemRepository({
          ...servers,
          domain: servedDomain,
          access: repositoryAccess(
            systemRepository,
            door.origin,
            servers.access.fluxToken("system/catalyst-config"),
          ),
          webhook: plane.webhook,
        }),
    });
    logger.info("the Sovereign is ready", {
      version: options.version,
      origin: door.origin,
      kubernetesPort: kubernetes.port,
      runtime: runtime.name,
    });
    return {
      origin: door.origin,
      kubernetesPort: kubernetes.port,
      runtime: runtime,
      oneTimePassword: password,
      async stop() {
        logger.info("the Sovereign is stopping");
        await stop();
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Reads the catalog, publishes what the checkout has beyond it, and reads that too. */
async function fillCatalog(options: SovereignOptions, servers: Servers, plane: ControlPlane): Promise<void> {
  await plane.loadCatalog();
  const outcomes = await publishCheckout({
    ...options,
    registry: servers.registry,
    catalog: plane.catalog,
    remembered: await servers.spine.bucket("published-folders"),
    key: plane.signingKey,
  });
  if (outcomes.some(({ outcome }) => outcome === "published")) await plane.loadCatalog();
}

/** Names the option, which the server itself doesn't know. */
async function takeKubernetesPort(handler: Handler, options: ServerOptions): Promise<ListeningServer> {
  try {
    return await openServer(handler, options);
  } catch (error) {
    if (!isCatalystError(error, "http-port-in-use")) throw error;
    throw new CatalystError(error.code, `port ${options.port} is in use`, {
      cause: error,
      hint: "Choose another with --kubernetes-port.",
    });
  }
}

/** What the servers call that is made from their clients: set once it is made. */
function lateBound(): { judge: JudgePush; webhooks: Handler; kubernetes: Handler } {
  const receiver = Promise.withResolvers<Handler>();
  const starting: Handler = async () => ({
    status: 503,
    headers: { "retry-after": "1" },
    json: { message: "the Sovereign is starting" },
  });
  return {
    judge: async () => ({ accepted: false, lines: ["The Sovereign is starting; push again in a moment."] }),
    kubernetes: starting,
    /** Held until set: they are our own, of pushes that nobody was told of before the start. */
    get webhooks(): Handler {
      return async (request) => (await receiver.promise)(request);
    },
    set webhooks(handler) {
      receiver.resolve(handler);
    },
  };
}

/** The Flux source that reads a repository, and the cluster it is in. */
function sourceOf({ owner, name }: RepositoryRef) {
  return owner === systemRepository.owner
    ? { cluster: managementCluster, name: systemSource }
    : { cluster: name, name: environmentSource };
}

/** Has Flux apply the Environment's commits and carry out the Application's release again, at once. */
async function retry(
  { clusters }: Servers,
  environment: string,
  application: string,
  clock: Clock,
): Promise<void> {
  const now = rfc3339(clock.now());
  const requested = { [annotations.reconcileRequestedAt]: now };
  const forced = { ...requested, [annotations.resetAt]: now, [annotations.forceAt]: now };
  const client = clusters.client(environment);
  const release = { namespace: applicationsNamespace, name: application };
  const source = { namespace: fluxNamespace, name: applicationsKustomization };
  await client.mergePatch(kustomizations, source, { metadata: { annotations: requested } });
  try {
    await client.mergePatch(helmReleases, release, { metadata: { annotations: forced } });
  } catch (error) {
    // its commit isn't applied yet, which is what was asked for with the Kustomization
    if (!isCatalystError(error, "kubernetes-not-found")) throw error;
  }
}

function sovereignView(
  options: SovereignOptions,
  origin: string,
  runtime: SovereignView["runtime"],
  projection: Projection,
): SovereignView {
  const [own] = objectsOf(projection.sovereign, sovereigns);
  const embedded = (name: string, protocol: string) => ({ name, protocol, implementation: "embedded" });
  return {
    name: "local",
    domain: servedDomain,
    conditions: own?.status?.conditions ?? [],
    url: origin,
    version: options.version,
    runtime,
    components: [
      embedded("clusters", "Kubernetes API"),
      embedded("GitOps", "Flux"),
      embedded("repositories", "Git and Gitea's API"),
      embedded("packages", "OCI distribution 1.1"),
      embedded("users", "OpenID Connect"),
      embedded("secrets", "Vault KV version 2"),
      embedded("events", "event log"),
    ],
    capabilities: { receiveVerdict: true },
  };
}
