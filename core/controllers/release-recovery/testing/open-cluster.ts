import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openClusters } from "@catalyst/adapter-kubernetes";
import { type Clock, systemClock } from "@catalyst/base/clock";
import { silentLogger } from "@catalyst/base/logger";
import { fluxDefinitions } from "@catalyst/embedded-flux";
import { type KubernetesServer, mastersGroup, openKubernetes } from "@catalyst/embedded-kubernetes";
import { openStore } from "@catalyst/embedded-store";
import { type HelmRelease, helmReleases } from "@catalyst/ports/flux";
import {
  type ClusterClient,
  type Clusters,
  customResourceDefinitions,
  type KubeObject,
  managementCluster,
  namespaces,
  secrets,
} from "@catalyst/ports/kubernetes";
import { inProcess } from "@catalyst/ports/transport";
import { start } from "./releases.ts";

/** A cluster with Flux's kinds and nobody who reconciles them. */
export interface RecoveryCluster {
  readonly kubernetes: KubernetesServer;
  readonly clusters: Clusters;
  /** Of the management cluster, as are all below. */
  readonly client: ClusterClient;
  /** The client of a user with no rights but those given it. */
  readonly guest: ClusterClient;
  /** Makes a release as it is given, with its status. */
  put(release: HelmRelease): Promise<HelmRelease>;
  /** Makes one of Helm's Secrets of its metadata. */
  store(secret: KubeObject): Promise<void>;
  get(name?: string): Promise<HelmRelease>;
  close(): Promise<void>;
}

const tokens = { admin: "token-of-the-admin", guest: "token-of-the-guest" };

export async function openRecoveryCluster(definitions = fluxDefinitions): Promise<RecoveryCluster> {
  const folder = await mkdtemp(join(tmpdir(), "catalyst-recovery-"));
  const store = await openStore({ dir: join(folder, "store") });
  const kubernetes = await openKubernetes({
    store,
    clock: systemClock,
    logger: silentLogger,
    tokens: [
      { token: tokens.admin, user: { name: "admin", groups: [mastersGroup] } },
      { token: tokens.guest, user: { name: "guest", groups: [] } },
    ],
  });
  const clustersOf = (token: string) =>
    openClusters(inProcess(kubernetes.handler, { authorization: `Bearer ${token}` }), kubernetes);
  const clusters = clustersOf(tokens.admin);
  const client = clusters.client(managementCluster);
  for (const definition of definitions) await client.create(customResourceDefinitions, definition);
  await client.create(namespaces, { apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } });
  return {
    kubernetes,
    clusters,
    client,
    guest: clustersOf(tokens.guest).client(managementCluster),
    put: async (release) => {
      const created = await client.create(helmReleases, release);
      return client.updateStatus(helmReleases, { ...created, status: release.status ?? {} });
    },
    store: async (secret) => {
      const { creationTimestamp: _, ...metadata } = secret.metadata;
      await client.create(secrets, { ...secret, metadata, type: "helm.sh/release.v1" });
    },
    get: (name = "site") => client.get(helmReleases, { namespace: "shop", name }),
    close: async () => {
      await kubernetes.close();
      await store.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A clock that stands still but for sleeping and what `turn` turns it by. */
export function handClock(): Clock & { turn(milliseconds: number): void } {
  let now = start;
  return {
    now: () => now,
    sleep: async (milliseconds) => {
      now += milliseconds;
    },
    turn: (milliseconds) => {
      now += milliseconds;
    },
  };
}
