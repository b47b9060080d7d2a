import {
  endpointSlices,
  type Ingress,
  ingresses,
  nodes,
  pods,
  type ResourceType,
  services,
} from "@catalyst/ports/kubernetes";
import type { Controller, Trigger } from "@catalyst/reconciler";

/** Kinds the ingress reads from the cache on each request; their changes need no work. */
const read: readonly ResourceType[] = [services, endpointSlices, pods, nodes];
const onlyCached: readonly Trigger[] = read.map((type) => ({ type, requests: () => [] }));

/** Says in an Ingress' status that it is served, which is what installers wait for. */
export const ingressController: Controller<Ingress> = {
  name: "ingress",
  type: ingresses,
  triggers: onlyCached,
  reconcile: async (request, context) => {
    const ingress = context.object;
    const isSaid = ingress?.status?.loadBalancer?.ingress?.[0]?.hostname === "localhost";
    if (ingress === undefined || ingress.metadata.deletionTimestamp !== undefined || isSaid)
      return { outcome: "settled" };
    await context.clusters
      .client(request.cluster)
      .mergePatch(
        ingresses,
        request,
        { status: { loadBalancer: { ingress: [{ hostname: "localhost" }] } } },
        { subresource: "status" },
      );
    return { outcome: "settled" };
  },
};
