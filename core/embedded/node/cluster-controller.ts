import { daemonSets, type Node, nodes, type ResourceType } from "@catalyst/ports/kubernetes";
import type { Controller } from "@catalyst/reconciler";
import type { NodeObjects } from "./node-object.ts";
import { defaultNodeName, type NodeOptions } from "./options.ts";

export const clusterControllerName = "node-cluster";

/**
 * Makes the Node of a cluster that gets its first DaemonSet, whose Pods come with nodes alone; clears up behind a cluster that is gone, which shows by the end of its Node object. A cluster made anew under
 * the name gets its Node again.
 */
export function clusterController(options: NodeOptions, nodeObjects: NodeObjects): Controller<Node> {
  const name = options.name ?? defaultNodeName;
  return {
    name: clusterControllerName,
    type: nodes,
    triggers: [
      {
        type: daemonSets as ResourceType,
        requests: (cluster, _set, previous) => (previous === undefined ? [{ cluster, name }] : []),
      },
    ],
    reconcile: async (request, { object, clusters, cache }) => {
      const { cluster } = request;
      if (object !== undefined) return { outcome: "settled" };
      nodeObjects.forget(cluster);
      const isThere = (await clusters.names()).includes(cluster);
      if (!isThere) await options.runtime.removeCluster(cluster);
      else if (request.name === name && cache.list(cluster, daemonSets).length > 0)
        await nodeObjects.ensure(cluster, clusters.client(cluster));
      return { outcome: "settled" };
    },
  };
}
