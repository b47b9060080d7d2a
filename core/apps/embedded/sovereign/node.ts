import type { Clock } from "@catalyst/base/clock";
import type { Logger } from "@catalyst/base/logger";
import { type EmbeddedNode, makeNode, SimulatedRuntime } from "@catalyst/embedded-node";
import type { SovereignView } from "@catalyst/model/view";
import type { DataFolder } from "./data-folder.ts";

export type RuntimeChoice = "auto" | "podman" | "simulated";

export interface NodeChoiceOptions {
  readonly choice: RuntimeChoice;
  readonly folder: DataFolder;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** This machine as a node, and what runs its Pods. */
export interface SovereignNode {
  readonly node: EmbeddedNode;
  readonly runtime: SovereignView["runtime"];
}

/** Chooses what runs Pods and says why. */
export async function openNode({ clock, logger }: NodeChoiceOptions): Promise<SovereignNode> {
  const runtime = { name: "simulated", simulated: true, reason: "nothing else is built in yet" };
  const node = makeNode({
    runtime: new SimulatedRuntime({ clock }),
    clock,
    logger: logger.child({ server: "node" }),
  });
  return { node, runtime };
}
