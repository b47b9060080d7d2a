import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openClusters } from "@catalyst/adapter-kubernetes";
import { systemClock } from "@catalyst/base/clock";
import { inTurns } from "@catalyst/base/jobs";
import { silentLogger } from "@catalyst/base/logger";
import { soon } from "@catalyst/base/testing/soon";
import { type KubernetesServer, mastersGroup, openKubernetes } from "@catalyst/embedded-kubernetes";
import { openStore } from "@catalyst/embedded-store";
import {
  type ClusterClient,
  type Clusters,
  customResourceDefinitions,
  type KubeObject,
  namespaces,
  type ObjectKey,
  type ResourceType,
} from "@catalyst/ports/kubernetes";
import { type Handler, inProcess } from "@catalyst/ports/transport";
import { type Controller, type RunningControllers, runControllers } from "@catalyst/reconciler";
import { type Flux, type FluxOptions, openFlux } from "../index.ts";
import { fluxJobs } from "../jobs.ts";
import { MemoryGit } from "./memory-git.ts";
import { MemoryRegistry } from "./memory-registry.ts";

const token = "token-of-the-tests";

/** Flux running over a real embedded API server, with a repository and a registry in memory. */
export interface TestFlux {
  readonly flux: Flux;
  readonly git: MemoryGit;
  readonly registry: MemoryRegistry;
  readonly kubernetes: KubernetesServer;
  readonly clusters: Clusters;
  readonly running: RunningControllers;
  /** Stops the controllers and starts new ones that remember nothing. */
  restart(whileStopped: () => Promise<void>): Promise<void>;
  /** The cluster all of it runs in. */
  readonly client: ClusterClient;
  /** Waits until an object is as `wanted` says; undefined when it's gone. */
  until<T extends KubeObject>(
    type: ResourceType<T>,
    key: ObjectKey,
    wanted: (object: T | undefined) => boolean,
  ): Promise<T>;
  close(): Promise<void>;
}

export async function openTestFlux(
  options: Partial<FluxOptions> & {
    readonly more?: readonly Controller[];
    /** What stands between the controllers and the API server. */
    readonly between?: (server: Handler) => Handler;
  } = {},
): Promise<TestFlux> {
  const folder = await mkdtemp(join(tmpdir(), "catalyst-flux-"));
  const store = await openStore({ dir: join(folder, "store") });
  const kubernetes = await openKubernetes({
    store,
    clock: systemClock,
    logger: silentLogger,
    tokens: [{ token, user: { name: "admin", groups: [mastersGroup] } }],
  });
  const transport = inProcess(kubernetes.handler, { authorization: `Bearer ${token}` });
  const clusters = openClusters(transport, kubernetes);
  const between = options.between ?? ((server) => server);
  const through = inProcess(between(kubernetes.handler), { authorization: `Bearer ${token}` });
  const controllersClusters = openClusters(through, kubernetes);
  await clusters.ensure("acme-prod");
  const client = clusters.client("acme-prod");
  const git = new MemoryGit();
  const registry = new MemoryRegistry();
  const open = () =>
    openFlux({
      artifactFolder: join(folder, "artifacts"),
      artifactAddress: () => "http://artifacts.test",
      fetcher: git,
      openRegistry: () => registry,
      verifySignature: async () => ({ verified: true }),
      work: inTurns(fluxJobs),
      clock: systemClock,
      ...options,
    });
  let flux = await open();
  for (const definition of flux.definitions) await client.create(customResourceDefinitions, definition);
  for (const name of ["flux-system", "applications"]) {
    await client.create(namespaces, { apiVersion: "v1", kind: "Namespace", metadata: { name } });
  }
  const run = () => {
    const controllers = [...flux.controllers, ...(options.more ?? [])];
    return runControllers({
      clusters: controllersClusters,
      controllers,
      clock: systemClock,
      logger: silentLogger,
    });
  };
  let running = run();
  await running.ready();
  return {
    get flux() {
      return flux;
    },
    get running() {
      return running;
    },
    restart: async (whileStopped) => {
      await running.stop();
      await whileStopped();
      flux = await open();
      running = run();
      await running.ready();
    },
    git,
    registry,
    kubernetes,
    clusters,
    client,
    until: (type, key, wanted) => until(client, type, key, wanted),
    close: async () => {
      await running.stop();
      await kubernetes.close();
      await store.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function until<T extends KubeObject>(
  client: ClusterClient,
  type: ResourceType<T>,
  key: ObjectKey,
  wanted: (object: T | undefined) => boolean,
): Promise<T> {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), soon.timeout);
  let last: T | undefined;
  try {
    for await (const event of client.watch(type, { namespace: key.namespace, signal: abort.signal })) {
      if (event.type !== "BOOKMARK" && event.object.metadata.name === key.name) {
        last = event.type === "DELETED" ? undefined : event.object;
        if (wanted(last)) return last as T;
      } else if (event.type === "BOOKMARK" && event.initial && last === undefined && wanted(undefined)) {
        return last as unknown as T;
      }
    }
  } finally {
    clearTimeout(timer);
    abort.abort();
  }
  throw new Error(`${type.kind} ${key.name} didn't become as wanted: ${JSON.stringify(last?.status)}`);
}
