import { type EndpointSlice, endpointSlices, type Service, services } from "@catalyst/ports/kubernetes";
import type { ObjectCache } from "@catalyst/reconciler";

export const clusterDomain = "cluster.local";

/** What Pods call their cluster's API by: the certificate of whoever serves it there has these names. */
export const apiNames = {
  dns: [
    "kubernetes",
    "kubernetes.default",
    "kubernetes.default.svc",
    `kubernetes.default.svc.${clusterDomain}`,
  ],
  addresses: ["10.96.0.1"],
} as const;

/**
 * The addresses of a name within a cluster, as Kubernetes' DNS specification has them: a Service's own address,
 * a headless Service's Pods, one Pod of it by its host name. Undefined when there is no such name; null when
 * the name isn't the cluster's to answer. `api` is where `kubernetes.default` is without a Service.
 */
export function resolveName(
  cache: ObjectCache,
  cluster: string,
  name: string,
  api: string,
): readonly string[] | undefined | null {
  if (name !== clusterDomain && !name.endsWith(`.${clusterDomain}`)) return null;
  const labels = name.slice(0, -clusterDomain.length - 1).split(".");
  if (labels.at(-1) !== "svc" || labels.length < 3 || labels.length > 4) return undefined;
  const [namespace, serviceName, hostname] = [labels.at(-2) ?? "", labels.at(-3) ?? "", labels.at(-4)];
  const service = cache.get<Service>(cluster, services, { namespace, name: serviceName });
  if (service === undefined)
    return serviceName === "kubernetes" && namespace === "default" && hostname === undefined
      ? [api]
      : undefined;
  const address = service.spec.clusterIP;
  if (hostname === undefined && address !== undefined && address !== "None") return [address];
  const endpoints = cache
    .list<EndpointSlice>(cluster, endpointSlices, namespace)
    .filter((slice) => slice.metadata.labels?.["kubernetes.io/service-name"] === serviceName)
    .flatMap((slice) => slice.endpoints ?? [])
    .filter((endpoint) => endpoint.conditions?.ready === true)
    .filter((endpoint) => hostname === undefined || endpoint.hostname === hostname);
  const addresses = [...new Set(endpoints.flatMap((endpoint) => endpoint.addresses))];
  return hostname !== undefined && addresses.length === 0 ? undefined : addresses;
}
