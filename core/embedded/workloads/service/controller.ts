import { jsonEqual } from "@catalyst/base/json";
import {
  type ClusterClient,
  type ClusterName,
  type EndpointSlice,
  endpointSlices,
  endpoints,
  isKubernetesError,
  type KubeObject,
  type Pod,
  pods,
  type ResourceType,
  type Service,
  services,
} from "@catalyst/ports/kubernetes";
import type { Controller, ObjectCache, Trigger } from "@catalyst/reconciler";
import { controllerReference, ownedTrigger, requestFor } from "../common/owner.ts";
import { shortHash } from "../common/template.ts";
import { type EndpointGroup, endpointGroups } from "./endpoints.ts";

const manager = "endpointslice-controller.k8s.io";
const serviceLabel = "kubernetes.io/service-name";
const managerLabel = "endpointslice.kubernetes.io/managed-by";

/** A Pod wakes the Services that select it or did. */
const selectedPod: Trigger = {
  type: pods as ResourceType,
  requests: (cluster: ClusterName, pod: KubeObject, previous: KubeObject | undefined, cache: ObjectCache) =>
    cache
      .list(cluster, services, pod.metadata.namespace)
      .filter(
        (service) => selectsPod(service, pod) || (previous !== undefined && selectsPod(service, previous)),
      )
      .map((service) => requestFor(cluster, service)),
};

function selectsPod(service: Service, pod: KubeObject): boolean {
  const selector = Object.entries(service.spec.selector ?? {});
  return selector.length > 0 && selector.every(([key, value]) => pod.metadata.labels?.[key] === value);
}

/** Keeps EndpointSlices and Endpoints equal to the Pods a Service selects. */
export const serviceController: Controller<Service> = {
  name: "service-endpoints",
  type: services,
  triggers: [selectedPod, ownedTrigger(endpointSlices, services)],
  reconcile: async (request, context) => {
    const service = context.object;
    if (service === undefined || service.metadata.deletionTimestamp !== undefined)
      return { outcome: "settled" };
    const selector = Object.keys(service.spec.selector ?? {});
    if (selector.length === 0 || service.spec.type === "ExternalName") return { outcome: "settled" };
    const behind = context.cache
      .list<Pod>(request.cluster, pods, request.namespace)
      .filter((pod) => selectsPod(service, pod));
    const groups = endpointGroups(service, behind);
    const client = context.clusters.client(request.cluster);
    const known = context.cache.ownedBy<EndpointSlice>(
      request.cluster,
      endpointSlices,
      service.metadata.uid ?? "",
    );
    try {
      await writeSlices(client, service, groups, known);
      await writeEndpoints(client, service, groups);
    } catch (error) {
      // its namespace or a slice went meanwhile: what is left to do, the event of that asks for
      if (!isKubernetesError(error, "kubernetes-not-found")) throw error;
    }
    return { outcome: "settled" };
  },
};

/** One slice per group of ports; at least one, so that readers see a Service without Pods. */
async function writeSlices(
  client: ClusterClient,
  service: Service,
  groups: readonly EndpointGroup[],
  known: readonly EndpointSlice[],
): Promise<void> {
  const wanted = (groups.length === 0 ? [{ ports: [], endpoints: [] }] : groups).map((group) =>
    sliceOf(service, group),
  );
  const names = new Set(wanted.map((slice) => slice.metadata.name));
  for (const slice of wanted) {
    const before = known.find((candidate) => candidate.metadata.name === slice.metadata.name);
    const same =
      before !== undefined &&
      jsonEqual(before.endpoints ?? [], slice.endpoints) &&
      jsonEqual(before.ports ?? [], slice.ports);
    if (!same) await client.apply(endpointSlices, slice, { fieldManager: manager, force: true });
  }
  for (const slice of known) {
    const { name, namespace, uid } = slice.metadata;
    if (!names.has(name)) await client.delete(endpointSlices, { namespace, name }, { uid });
  }
}

function sliceOf(service: Service, group: EndpointGroup): EndpointSlice {
  const { name, namespace } = service.metadata;
  return {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: {
      // Named for its ports: a slice keeps its name as Pods come and go.
      name: `${name}-${shortHash(group.ports).slice(0, 5)}`,
      ...(namespace === undefined ? {} : { namespace }),
      labels: { ...service.metadata.labels, [serviceLabel]: name, [managerLabel]: manager },
      ownerReferences: [controllerReference(service)],
    },
    addressType: "IPv4",
    endpoints: group.endpoints,
    ports: group.ports,
  };
}

/** The older kind, which some programs still read. */
async function writeEndpoints(
  client: ClusterClient,
  service: Service,
  groups: readonly EndpointGroup[],
): Promise<void> {
  const { name, namespace } = service.metadata;
  const subsets = groups.map((group) => {
    const address = (ready: boolean) =>
      group.endpoints
        .filter((endpoint) => (endpoint.conditions?.ready === true) === ready)
        .map(({ addresses, nodeName, targetRef, hostname }) => ({
          ip: addresses[0] ?? "",
          ...(hostname === undefined ? {} : { hostname }),
          ...(nodeName === undefined ? {} : { nodeName }),
          ...(targetRef === undefined ? {} : { targetRef }),
        }));
    const [addresses, notReadyAddresses] = [address(true), address(false)];
    return {
      ...(addresses.length === 0 ? {} : { addresses }),
      ...(notReadyAddresses.length === 0 ? {} : { notReadyAddresses }),
      ports: group.ports.map((port) => (port.name === "" ? { ...port, name: undefined } : port)),
    };
  });
  const before = await client.find(endpoints, { namespace, name });
  const wanted = JSON.parse(JSON.stringify(subsets)) as unknown[];
  if (before !== undefined && jsonEqual(before["subsets"] ?? [], wanted)) return;
  const object = {
    apiVersion: "v1",
    kind: "Endpoints",
    metadata: {
      name,
      ...(namespace === undefined ? {} : { namespace }),
      labels: service.metadata.labels ?? {},
    },
    ...(wanted.length === 0 ? {} : { subsets: wanted }),
  };
  await client.apply(endpoints, object, { fieldManager: manager, force: true });
}
