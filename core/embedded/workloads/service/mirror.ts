import {
  type Endpoint,
  type EndpointPort,
  endpointSlices,
  endpoints,
  isKubernetesError,
  type KubeObject,
  type ResourceType,
  type Service,
  services,
} from "@catalyst/ports/kubernetes";
import type { Controller } from "@catalyst/reconciler";
import { ownedTrigger } from "../common/owner.ts";
import { slicesOf, writeSlices } from "./controller.ts";
import type { EndpointGroup } from "./endpoints.ts";
import { managerLabel, planSlices, serviceLabel } from "./slices.ts";

const manager = "endpointslicemirroring-controller.k8s.io";
const skipLabel = "endpointslice.kubernetes.io/skip-mirror";
const leaderAnnotation = "control-plane.alpha.kubernetes.io/leader";

/** The most addresses mirrored of a subset; upstream's. */
const subsetLimit = 1000;

/** Mirrors the Endpoints somebody wrote for a Service without selector into EndpointSlices. */
export const endpointsMirrorController: Controller = {
  name: "endpoints-mirror",
  type: endpoints,
  triggers: [
    ownedTrigger(endpointSlices, endpoints),
    {
      type: services as ResourceType,
      requests: (cluster, { metadata }) => [{ cluster, namespace: metadata.namespace, name: metadata.name }],
    },
  ],
  reconcile: async (request, context) => {
    const object = context.object;
    if (object === undefined || object.metadata.deletionTimestamp !== undefined)
      return { outcome: "settled" };
    const client = context.clusters.client(request.cluster);
    const service = context.cache.get<Service>(request.cluster, services, request);
    try {
      const known = await slicesOf(client, context.cache, request.cluster, object);
      if (!isMirrored(object, service)) {
        await writeSlices(client, { create: [], update: [], delete: known });
        return { outcome: "settled" };
      }
      const labels = { ...object.metadata.labels, [managerLabel]: manager, [serviceLabel]: request.name };
      const frame = { owner: object, labels, changedAt: undefined };
      await writeSlices(client, planSlices(frame, groupsOf(object), known));
    } catch (error) {
      if (!isKubernetesError(error, "kubernetes-not-found")) throw error;
    }
    return { outcome: "settled" };
  },
};

function isMirrored({ metadata }: KubeObject, service: Service | undefined): boolean {
  const isOwn =
    metadata.labels?.[skipLabel] === "true" || metadata.annotations?.[leaderAnnotation] !== undefined;
  return !isOwn && service !== undefined && Object.keys(service.spec.selector ?? {}).length === 0;
}

interface Address extends Pick<Endpoint, "hostname" | "nodeName" | "targetRef"> {
  readonly ip: string;
}

interface Subset {
  readonly addresses?: readonly Address[];
  readonly notReadyAddresses?: readonly Address[];
  readonly ports?: readonly EndpointPort[];
}

function groupsOf(object: KubeObject): readonly EndpointGroup[] {
  return ((object["subsets"] ?? []) as readonly Subset[]).map(
    ({ addresses = [], notReadyAddresses = [], ports = [] }) => ({
      ports: ports.map((port) => ({ name: "", ...port })),
      endpoints: [
        ...addresses.map((address) => endpointOf(address, true)),
        ...notReadyAddresses.map((address) => endpointOf(address, false)),
      ].slice(0, subsetLimit),
    }),
  );
}

function endpointOf({ ip, ...rest }: Address, ready: boolean): Endpoint {
  return { addresses: [ip], conditions: { ready }, ...rest };
}
