import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openServer } from "@catalyst/adapter-http";
import { openClusters } from "@catalyst/adapter-kubernetes";
import { systemClock } from "@catalyst/base/clock";
import { inTurns } from "@catalyst/base/jobs";
import { silentLogger } from "@catalyst/base/logger";
import { type Flux, openFlux, unreconciledFluxDefinitions } from "@catalyst/embedded-flux";
import { fluxJobs } from "@catalyst/embedded-flux/jobs";
import { localAuthority, mastersGroup, openKubernetes } from "@catalyst/embedded-kubernetes";
import { openStore } from "@catalyst/embedded-store";
import { type ClusterClient, customResourceDefinitions, namespaces } from "@catalyst/ports/kubernetes";
import { type Handler, inProcess } from "@catalyst/ports/transport";
import { runControllers } from "@catalyst/reconciler";
import { MemoryGit } from "../../core/embedded/flux/testing/memory-git.ts";
import { MemoryRegistry } from "../../core/embedded/flux/testing/memory-registry.ts";
import { playWorkloads } from "./player.ts";
import { WriteLog } from "./write-log.ts";

const token = "token-of-the-releases";

/** Where HelmReleases and their charts are, and where what they release goes. */
export const fluxNamespace = "flux-system";
export const releaseNamespace = "site";

/** An embedded cluster with charts to release, whose reconciler's writes are written down. */
export interface World {
  readonly client: ClusterClient;
  /** Where sources fetch from. */
  readonly registry: MemoryRegistry;
  readonly git: MemoryGit;
  readonly log: WriteLog;
  /** The chart pushed last. */
  chart: Uint8Array | undefined;
  /** By which another program reaches the cluster; its writes are in the log. */
  readonly kubeconfig: string;
  close(): Promise<void>;
}

/** Opens one with our reconciler of HelmReleases, or without any and with addresses by which another one comes. */
export async function openWorld(reconciler: "ours" | "another"): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), "catalyst-releases-"));
  const stops: (() => Promise<unknown> | unknown)[] = [
    () => rmSync(folder, { recursive: true, force: true }),
  ];
  const store = await openStore({ dir: join(folder, "store") });
  stops.push(() => store.close());
  const authority = await localAuthority(join(folder, "authority"), systemClock);
  const kubernetes = await openKubernetes({
    store,
    clock: systemClock,
    logger: silentLogger,
    tokens: [{ token, user: { name: "admin", groups: [mastersGroup] } }],
    rootCertificate: authority.certificate,
  });
  stops.push(() => kubernetes.close());
  const log = new WriteLog(kubernetes.handler, releaseNamespace);
  const credentials = { authorization: `Bearer ${token}` };
  const clusters = openClusters(inProcess(kubernetes.handler, credentials), kubernetes);
  const client = clusters.client("management");
  const registry = new MemoryRegistry();
  const git = new MemoryGit();
  let flux: Flux | undefined;
  const serve: Handler = async (request) => flux?.artifactHandler(request) ?? { status: 503, headers: {} };
  const artifacts = await openServer(serve, { logger: silentLogger });
  stops.push(() => artifacts.close());
  flux = await openFlux({
    artifactFolder: join(folder, "artifacts"),
    artifactAddress: () => `http://127.0.0.1:${artifacts.port}`,
    fetcher: git,
    openRegistry: () => registry,
    verifySignature: async () => ({ verified: true }),
    work: inTurns(fluxJobs),
    clock: systemClock,
  });
  for (const definition of [...flux.definitions, ...unreconciledFluxDefinitions])
    await client.create(customResourceDefinitions, definition);
  for (const name of [fluxNamespace, releaseNamespace])
    await client.create(namespaces, { apiVersion: "v1", kind: "Namespace", metadata: { name } });
  const isSource = (group: string) => group.startsWith("source.");
  const sources = flux.controllers.filter(({ type }) => isSource(type.group));
  const running = runControllers({
    clusters,
    controllers: sources,
    clock: systemClock,
    logger: silentLogger,
  });
  stops.push(() => running.stop());
  if (reconciler === "ours") {
    const watched = openClusters(inProcess(log.handler, credentials), kubernetes);
    const controllers = flux.controllers.filter(({ type }) => type.kind === "HelmRelease");
    const releases = runControllers({
      clusters: watched,
      controllers,
      clock: systemClock,
      logger: silentLogger,
    });
    stops.push(() => releases.stop());
  }
  const player = new AbortController();
  const playing = playWorkloads(client, systemClock, player.signal).catch((error: unknown) => {
    if (!player.signal.aborted) throw error;
  });
  stops.push(() => {
    player.abort();
    return playing;
  });
  const tls = await authority.issueServer();
  const api = await openServer(log.handler, { logger: silentLogger, tls });
  stops.push(() => api.close());
  const kubeconfig = join(folder, "kubeconfig");
  writeFileSync(kubeconfig, kubeconfigOf(`https://127.0.0.1:${api.port}`, authority.certificate), {
    mode: 0o600,
  });
  return {
    client,
    registry,
    git,
    log,
    chart: undefined,
    kubeconfig,
    close: async () => {
      for (const stop of stops.reverse()) await stop();
    },
  };
}

function kubeconfigOf(server: string, certificate: string): string {
  const authority = { "certificate-authority-data": Buffer.from(certificate).toString("base64") };
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "releases", cluster: { server, ...authority } }],
    users: [{ name: "admin", user: { token } }],
    contexts: [
      { name: "releases", context: { cluster: "releases", user: "admin", namespace: releaseNamespace } },
    ],
    "current-context": "releases",
  });
}
