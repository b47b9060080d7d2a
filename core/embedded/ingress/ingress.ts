import { errorMessage } from "@catalyst/base/errors";
import { forward } from "@catalyst/embedded-proxy";
import { type ClusterName, type Clusters, type ConfigMap, configMaps } from "@catalyst/ports/kubernetes";
import type { Handler, Request, Response } from "@catalyst/ports/transport";
import type { ObjectCache } from "@catalyst/reconciler";
import { noApplication, notReady, simulated, unreachable } from "./page.ts";
import { clusterOfHost, findRoute, hostName, type Route } from "./route.ts";
import { serveFiles } from "./static-files.ts";
import { findTarget, type Target } from "./target.ts";

export interface IngressOptions {
  readonly clusters: Clusters;
  /** The cache of the controllers that `ingressController` runs among. */
  readonly cache: ObjectCache;
}

/** Serves applications by the Ingress objects of their clusters. */
export interface EmbeddedIngress {
  /** Tells whether a Host header is for an application rather than for the Sovereign itself. */
  owns(host: string | undefined): Promise<boolean>;
  readonly handler: Handler;
}

export function openIngress({ clusters, cache }: IngressOptions): EmbeddedIngress {
  let turn = 0;
  const find = async (host: string, target: string): Promise<Route | undefined> => {
    const path = target.split("?")[0] ?? "/";
    return findRoute(cache, await names(clusters, host), host, path);
  };
  return {
    owns: async (header) => {
      const host = hostName(header);
      return clusterOfHost(host) !== undefined || (await find(host, "/")) !== undefined;
    },
    handler: async (request) => {
      const host = hostName(request.headers["host"]);
      const route = await find(host, request.path);
      if (route === undefined) return noApplication(host);
      return answer(clusters, request, host, route, findTarget(cache, route, turn++));
    },
  };
}

/** A platform host name is looked up in its own cluster alone: no need to ask for all. */
async function names(clusters: Clusters, host: string): Promise<readonly ClusterName[]> {
  return clusterOfHost(host) === undefined ? clusters.names() : [];
}

async function answer(
  clusters: Clusters,
  request: Request,
  host: string,
  route: Route,
  target: Target,
): Promise<Response> {
  switch (target.type) {
    case "nobody":
      return notReady(host, target.reasons);
    case "simulated":
      return simulated(host, target.pod, target.images);
    case "files": {
      const key = { namespace: target.namespace, name: target.configMap };
      const map = await clusters.client(route.cluster).find<ConfigMap>(configMaps, key);
      if (map === undefined) return notReady(host, [`The ConfigMap ${key.name} doesn't exist.`]);
      return serveFiles(request, route.path, map);
    }
    default:
      return forward(request, target).catch((error: unknown) => {
        if (request.signal?.aborted) throw error;
        return unreachable(host, errorMessage(error));
      });
  }
}
