import { join } from "node:path";
import { openServer } from "@catalyst/adapter-http";
import type { Clock } from "@catalyst/base/clock";
import { CatalystError } from "@catalyst/base/errors";
import type { Logger } from "@catalyst/base/logger";
import {
  apiNames,
  type EmbeddedNode,
  type MachineAccess,
  makeNode,
  podmanObstacle,
  SimulatedRuntime,
} from "@catalyst/embedded-node";
import type { SovereignView } from "@catalyst/model/view";
import type { ClusterName } from "@catalyst/ports/kubernetes";
import type { Handler } from "@catalyst/ports/transport";
import type { Controller } from "@catalyst/reconciler";
import type { SovereignAuthority } from "./authority.ts";
import { imageRegistry } from "./control-plane.ts";
import type { DataFolder } from "./data-folder.ts";

export type RuntimeChoice = "auto" | "podman" | "simulated";

export interface NodeChoiceOptions {
  readonly choice: RuntimeChoice;
  readonly folder: DataFolder;
  /** What of the machine Pods may reach beside what is theirs. */
  readonly machineAccess: MachineAccess;
  readonly authority: SovereignAuthority;
  /** `host:port` of the embedded registry. */
  readonly registryHost: string;
  /** A cluster's API at `/`; asked for when the cluster's first Pod starts. */
  readonly clusterHandler: (cluster: ClusterName) => Handler;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** This machine as a node, and what runs its Pods. */
export interface SovereignNode {
  readonly node: EmbeddedNode;
  readonly controllers: readonly Controller[];
  readonly runtime: SovereignView["runtime"];
  /** Ends what runs, within its grace; after a kill it runs on. */
  close(): Promise<void>;
}

/** Chooses what runs Pods and says why. Throws `runtime-unavailable` when the one asked for can't. */
export async function openNode(options: NodeChoiceOptions): Promise<SovereignNode> {
  const { choice, clock } = options;
  const logger = options.logger.child({ server: "node" });
  if (choice !== "simulated") {
    const obstacle = await podmanObstacle();
    if (obstacle === undefined) return onPodman(options, logger);
    if (choice === "podman")
      throw new CatalystError("runtime-unavailable", obstacle, {
        hint: "Start with --runtime simulated to try things without running containers.",
      });
    return simulated(clock, logger, obstacle);
  }
  return simulated(clock, logger, "asked for by --runtime simulated");
}

function simulated(clock: Clock, logger: Logger, reason: string): SovereignNode {
  const node = makeNode({ runtime: new SimulatedRuntime({ clock }), clock, logger });
  const runtime = { name: "simulated", simulated: true, reason };
  return { node, controllers: node.controllers, runtime, close: async () => undefined };
}

async function onPodman(options: NodeChoiceOptions, logger: Logger): Promise<SovereignNode> {
  const { folder, registryHost, clock } = options;
  const ports = clusterPorts(options, logger);
  // much that a Sovereign whose Pods are simulated never needs
  const { openPodmanHost } = await import("@catalyst/embedded-node/podman");
  const host = await openPodmanHost({
    folder: join(folder.node, "podman"),
    registry: { name: imageRegistry, address: registryHost },
    clock,
    apiPort: ports.of,
  });
  const { runtime, ready, apiAddress } = host;
  const { machineAccess } = options;
  const volumesFolder = folder.volumes;
  const node = makeNode({ runtime, clock, logger, ready, apiAddress, volumesFolder, machineAccess });
  return {
    node,
    controllers: [...host.controllers, ...node.controllers],
    runtime: { name: "podman", simulated: false, reason: "podman is installed and runs as root" },
    close: async () => {
      await host.stop();
      await ports.close();
    },
  };
}

/** A loopback port for each cluster whose Pods call its API: in-cluster configuration has no path. */
function clusterPorts({ authority, clusterHandler }: NodeChoiceOptions, logger: Logger) {
  const open = new Map<ClusterName, ReturnType<typeof openServer>>();
  const listen = async (cluster: ClusterName) => {
    const { cert, key } = await authority.issueServer(apiNames);
    const tls = { cert, key, clientCa: authority.certificate };
    return openServer((request) => clusterHandler(cluster)(request), { host: "127.0.0.1", tls, logger });
  };
  return {
    of: async (cluster: ClusterName): Promise<number> => {
      const server = open.get(cluster) ?? listen(cluster);
      open.set(cluster, server);
      return (await server).port;
    },
    close: async () => {
      for (const server of open.values()) await (await server).close();
    },
  };
}
