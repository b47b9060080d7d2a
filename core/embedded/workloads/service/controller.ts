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
import { controllerOf, ownedTrigger, requestFor } from "../common/owner.ts";
import { type EndpointGroup, endpointGroups, subsetsOf } from "./endpoints.ts";
import { changeAnnotation, managerLabel, planSlices, type SlicePlan, serviceLabel } from "./slices.ts";

const manager = "endpointslice-controller.k8s.io";
const headlessLabel = "service.kubernetes.io/headless";
const olderManagerLabel = "endpoints.kubernetes.io/managed-by";

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
    const changedAt = lastChange(service, behind);
    try {
      const known = await slicesOf(client, context.cache, request.cluster, service);
      const labels = { ...labelsOf(service), [managerLabel]: manager, [serviceLabel]: service.metadata.name };
      await writeSlices(client, planSlices({ owner: service, labels, changedAt }, groups, known));
      await writeEndpoints(client, service, groups, changedAt);
    } catch (error) {
      // its namespace or a slice went meanwhile: what is left to do, the event of that asks for
      if (!isKubernetesError(error, "kubernetes-not-found")) throw error;
    }
    return { outcome: "settled" };
  },
};

function labelsOf(service: Service): Readonly<Record<string, string>> {
  const headless = service.spec.clusterIP === "None" ? { [headlessLabel]: "" } : {};
  return { ...service.metadata.labels, ...headless };
}

/** When the Service was made, or a Pod last became ready or stopped being so. */
function lastChange(service: Service, behind: readonly Pod[]): string | undefined {
  const times = behind.flatMap((pod) => {
    const ready = pod.status?.conditions?.find(({ type }) => type === "Ready");
    return ready?.lastTransitionTime ?? [];
  });
  return [service.metadata.creationTimestamp ?? "", ...times].sort().at(-1) || undefined;
}

/** The owner's slices; when the cache has none, as the server has them: their names are chosen there. */
export async function slicesOf(
  client: ClusterClient,
  cache: ObjectCache,
  cluster: ClusterName,
  owner: KubeObject,
): Promise<readonly EndpointSlice[]> {
  const { uid = "", namespace } = owner.metadata;
  const known = cache.ownedBy<EndpointSlice>(cluster, endpointSlices, uid);
  if (known.length > 0) return known;
  const { items } = await client.list<EndpointSlice>(endpointSlices, { namespace });
  return items.filter((slice) => controllerOf(slice)?.uid === uid);
}

export async function writeSlices(client: ClusterClient, plan: SlicePlan): Promise<void> {
  for (const slice of plan.create) await client.create(endpointSlices, slice);
  for (const slice of plan.update) await client.update(endpointSlices, slice);
  for (const { metadata } of plan.delete) {
    const { name, namespace, uid } = metadata;
    await client.delete(endpointSlices, { namespace, name }, { uid });
  }
}

/** The older kind, which some programs still read. */
async function writeEndpoints(
  client: ClusterClient,
  service: Service,
  groups: readonly EndpointGroup[],
  changedAt: string | undefined,
): Promise<void> {
  const { name, namespace } = service.metadata;
  const subsets = subsetsOf(service, groups);
  const labels = { ...labelsOf(service), [olderManagerLabel]: "endpoint-controller" };
  const before = await client.find(endpoints, { namespace, name });
  const isSame =
    jsonEqual(before?.["subsets"] ?? [], subsets) && jsonEqual(before?.metadata.labels ?? {}, labels);
  if (before !== undefined && isSame) return;
  const annotations = {
    ...before?.metadata.annotations,
    ...(changedAt === undefined ? {} : { [changeAnnotation]: changedAt }),
  };
  const object = {
    apiVersion: "v1",
    kind: "Endpoints",
    metadata: {
      ...before?.metadata,
      name,
      ...(namespace === undefined ? {} : { namespace }),
      labels,
      ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
    },
    ...(subsets.length === 0 ? {} : { subsets }),
  };
  await (before === undefined ? client.create(endpoints, object) : client.update(endpoints, object));
}
