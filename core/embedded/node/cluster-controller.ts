import { type Node, nodes } from "@catalyst/ports/kubernetes";
import type { Controller } from "@catalyst/reconciler";
import type { NodeObjects } from "./node-object.ts";
import type { NodeOptions } from "./options.ts";

export const clusterControllerName = "node-cluster";

/**
 * Clears up behind a cluster that is gone, which shows by the end of its Node object. A cluster made anew under
 * the name gets its Node again.
 */
export function clusterController({ runtime }: NodeOptions, nodeObjects: NodeObjects): Controller<Node> {
  return {
    name: clusterControllerName,
    type: nodes,
    reconcile: async ({ cluster }, { object, clusters }) => {
      if (object !== undefined) return { outcome: "settled" };
      nodeObjects.forget(cluster);
      if ((await clusters.names()).includes(cluster)) return { outcome: "settled" };
      await runtime.removeCluster(cluster);
      return { outcome: "settled" };
    },
  };
}
