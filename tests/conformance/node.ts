import { join } from "node:path";
import { openServer } from "@catalyst/adapter-http";
import type { Clock } from "@catalyst/base/clock";
import type { Logger } from "@catalyst/base/logger";
import type { LocalAuthority } from "@catalyst/embedded-kubernetes";
import { apiNames, type EmbeddedNode, makeNode, SimulatedRuntime } from "@catalyst/embedded-node";
import { openPodmanHost } from "@catalyst/embedded-node/podman";
import type { Handler } from "@catalyst/ports/transport";
import type { Controller } from "@catalyst/reconciler";
import { PodmanMachine } from "../lab/podman-machine.ts";

/**
 * How long a simulated Pod takes to be ready, or to end (milliseconds). The tests look every two seconds for what is only so
 * for a while, such as a Job that runs.
 */
const simulatedDelay = 2500;

export interface TestedNodeOptions {
  /** Of the cluster's data; Pods' volumes and podman's storage are in it. */
  readonly folder: string;
  readonly volumesFolder: string;
  readonly authority: LocalAuthority;
  /** The cluster's API at `/`; asked for when its first Pod starts. */
  readonly clusterHandler: () => Handler;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** A node, what has to run for it among the controllers, and how it ends. */
export interface TestedNode {
  readonly node: EmbeddedNode;
  readonly controllers: readonly Controller[];
  close(): Promise<void>;
}

/** Makes a node that runs nothing. */
export function simulatedNode({ clock, logger }: TestedNodeOptions): TestedNode {
  const runtime = new SimulatedRuntime({ clock, delay: simulatedDelay });
  const node = makeNode({ runtime, clock, logger });
  return { node, controllers: node.controllers, close: () => runtime.close() };
}

/**
 * Makes a node that runs Pods with podman, as a Sovereign's does, with the images of an archive in its storage. The
 * tests' Pods may do all that Kubernetes lets them.
 */
export async function podmanNode(options: TestedNodeOptions, archive: string): Promise<TestedNode> {
  const { folder, volumesFolder, authority, clusterHandler, clock, logger } = options;
  const { cert, key } = await authority.issueServer(apiNames);
  const tls = { cert, key, clientCa: authority.certificate };
  const api = await openServer((request) => clusterHandler()(request), { host: "127.0.0.1", tls, logger });
  const host = await openPodmanHost({
    folder: join(folder, "node/podman"),
    clock,
    apiPort: async () => api.port,
  });
  new PodmanMachine(folder).load(archive);
  const { runtime, ready, apiAddress } = host;
  const machineAccess = { paths: ["/"], namespaces: true, privileged: true };
  const node = makeNode({ runtime, clock, logger, ready, apiAddress, volumesFolder, machineAccess });
  return {
    node,
    controllers: [...host.controllers, ...node.controllers],
    close: async () => {
      await host.stop();
      await api.close();
    },
  };
}
