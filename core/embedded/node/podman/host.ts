import { realpath, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "@catalyst/base/clock";
import { CatalystError } from "@catalyst/base/errors";
import type { ClusterName } from "@catalyst/ports/kubernetes";
import type { Controller, ObjectCache } from "@catalyst/reconciler";
import type { ApiAddress } from "../options.ts";
import { unmountBelow } from "./mounts.ts";
import { keepPlace } from "./place.ts";
import { PolicyNetwork } from "./policy/policy-network.ts";
import { runFolder } from "./run-folder.ts";
import { PodmanRuntime } from "./runtime.ts";
import { startPodmanService } from "./service.ts";
import { ServiceNetwork } from "./service-network.ts";

export interface PodmanHostOptions {
  /** Folder for images, containers and Pods' volumes; survives restarts. */
  readonly folder: string;
  /** Images whose registry is `name` come from `address` (`host:port`). */
  readonly registry?: { readonly name: string; readonly address: string } | undefined;
  readonly clock: Clock;
  /** The loopback port at which a cluster's API is served at `/` over TLS, with a certificate for `apiNames`. */
  readonly apiPort?: ((cluster: ClusterName) => Promise<number | undefined>) | undefined;
}

/** Everything that running Pods with podman takes. */
export interface PodmanHost {
  /** A new Pod's sandbox waits until what runs has been listed: that is then taken over. */
  readonly runtime: PodmanRuntime;
  /** To run among the others: what Services need. */
  readonly controllers: readonly Controller[];
  /** For the node's options, as is the next. */
  ready(cache: ObjectCache): void;
  apiAddress(cluster: ClusterName): Promise<ApiAddress | undefined>;
  /** Ends podman's service and the name servers; containers run on. */
  close(): Promise<void>;
  /** Ends all Pods' containers within their grace, then as `close`; the next start runs them anew. */
  stop(): Promise<void>;
}

/** The longest that Pods may take to end when the Sovereign stops, in seconds. */
const stopGrace = 30;

/** Starts podman's service on a storage of its own. Throws `runtime-unavailable`, `data-folder-moved`. */
export async function openPodmanHost(options: PodmanHostOptions): Promise<PodmanHost> {
  const { folder, registry, clock, apiPort } = options;
  await keepPlace(folder);
  const podmanFolder = join(folder, "podman");
  const service = await startPodmanService({ folder: podmanFolder, registry, clock });
  const services = new ServiceNetwork({ folder, apiPort });
  const policies = new PolicyNetwork(folder);
  // Rules are written whole: before what runs is known, those for a new Pod would take away the others'.
  const takenOver = Promise.withResolvers<void>();
  takenOver.promise.catch(() => undefined);
  const runtime = new PodmanRuntime({
    socketPath: service.socketPath,
    podsFolder: join(folder, "pods"),
    seccompProfiles: join(folder, "seccomp"),
    clock,
    found: async (networks) => {
      await policies.takeOver(networks);
      await services.takeOver(networks);
      takenOver.resolve();
    },
    joined: async (cluster, network) => {
      await takenOver.promise;
      await policies.join(cluster, network);
      await services.join(cluster, network);
    },
    left: async (cluster) => {
      await policies.leave(cluster);
      await services.leave(cluster);
    },
  });
  const giveUp = () => takenOver.reject(new CatalystError("runtime-unavailable", "the node is stopping"));
  const close = async () => {
    giveUp();
    await runtime.close();
    await services.close();
    await service.stop();
    await rm(service.socketPath, { force: true });
  };
  return {
    runtime,
    controllers: [services.controller(), policies.controller() as Controller],
    ready: (cache) => {
      services.use(cache);
      policies.use(cache);
    },
    apiAddress: async (cluster) =>
      (await apiPort?.(cluster)) === undefined ? undefined : { host: "kubernetes.default.svc", port: 443 },
    close,
    stop: async () => {
      giveUp();
      try {
        await runtime.stopPods(stopGrace);
        // Whoever removes the data folder now leaves nothing of it on the machine.
        for (const cluster of await runtime.clusters()) await runtime.removeCluster(cluster);
      } finally {
        await close();
        await unmountBelow(await realpath(folder));
        await rm(runFolder(podmanFolder), { recursive: true, force: true });
      }
    },
  };
}
