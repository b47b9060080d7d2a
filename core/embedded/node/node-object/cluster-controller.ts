import { type Node, nodes } from "@catalyst/ports/kubernetes";
import type { Controller } from "@catalyst/reconciler";
import { defaultNodeName, type NodeOptions } from "../options.ts";
import type { NodeObjects } from "./node-objects.ts";

export const clusterControllerName = "node-cluster";

/**
 * Clears up behind a cluster that is gone, which shows by the end of its Node object. A cluster made anew under
 * the name gets its Node again.
 */
export function clusterController(
  { runtime, name: nodeName = defaultNodeName }: NodeOptions,
  nodeObjects: NodeObjects,
): Controller<Node> {
  return {
    name: clusterControllerName,
    type: nodes,
    reconcile: async ({ cluster }, { object, clusters }) => {
      if (object !== undefined) {
        if (object.metadata.name === nodeName) nodeObjects.adopt(cluster, clusters.client(cluster));
        return { outcome: "settled" };
      }
      nodeObjects.forget(cluster);
      if ((await clusters.names()).includes(cluster)) return { outcome: "settled" };
      await runtime.removeCluster(cluster);
      return { outcome: "settled" };
    },
  };
}
