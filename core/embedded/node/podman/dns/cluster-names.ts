import {
  type Endpoint,
  type EndpointSlice,
  endpointSlices,
  type Service,
  services,
} from "@catalyst/ports/kubernetes";
import type { ObjectCache } from "@catalyst/reconciler";
import type { DnsRecord, NameAnswer } from "./dns-message.ts";

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
 * What a cluster's names say: records, undefined for no such name, null for a name that isn't the cluster's to answer.
 * An alias (`CNAME`) may lead elsewhere.
 */
export type ClusterAnswer = NameAnswer | undefined | null;

/** What names are looked up in; `api` is where `kubernetes.default` is without a Service. */
export interface NameSource {
  readonly cache: ObjectCache;
  readonly cluster: string;
  readonly api: string;
}

/**
 * Answers a name within a cluster as Kubernetes' DNS specification (1.1.0) has it: a Service's own address, a headless
 * Service's Pods, one Pod of it by its host name, the ports of either (SRV), a Service elsewhere (CNAME), an address'
 * name (PTR), and a Pod by its address.
 */
export function answerName(source: NameSource, name: string): ClusterAnswer {
  const reverse = /^(\d+)\.(\d+)\.(\d+)\.(\d+)\.in-addr\.arpa$/.exec(name);
  if (reverse !== null) return pointerAnswer(source, name, reverse.slice(1).reverse().join("."));
  if (name !== clusterDomain && !name.endsWith(`.${clusterDomain}`)) return null;
  const labels = name.slice(0, -clusterDomain.length - 1).split(".");
  if (labels.at(-1) === "pod") return podAnswer(name, labels);
  if (labels.at(-1) !== "svc" || labels.length < 3) return undefined;
  const [namespace = "", service = "", ...rest] = labels.slice(0, -1).reverse();
  const [first, second, ...more] = rest;
  if (more.length > 0) return undefined;
  if (second !== undefined)
    return second.startsWith("_") && first?.startsWith("_") === true
      ? portAnswer(source, name, { namespace, name: service }, second.slice(1), first.slice(1))
      : undefined;
  return addressAnswer(source, name, { namespace, name: service }, first);
}

interface ServiceKey {
  readonly namespace: string;
  readonly name: string;
}

const only = (records: readonly DnsRecord[]): NameAnswer => ({ records, additional: [] });

function addressAnswer(
  source: NameSource,
  name: string,
  key: ServiceKey,
  hostname: string | undefined,
): ClusterAnswer {
  const service = source.cache.get<Service>(source.cluster, services, key);
  if (service === undefined) {
    const isApi = key.name === "kubernetes" && key.namespace === "default" && hostname === undefined;
    return isApi ? only([{ type: "A", name, address: source.api }]) : undefined;
  }
  const { type, clusterIP, externalName } = service.spec;
  if (type === "ExternalName")
    return hostname === undefined && externalName !== undefined
      ? only([{ type: "CNAME", name, target: externalName.replace(/\.$/, "").toLowerCase() }])
      : undefined;
  if (hostname === undefined && hasAddress(clusterIP)) return only([{ type: "A", name, address: clusterIP }]);
  const endpoints = endpointsOf(source, key).filter(
    ({ endpoint }) => hostname === undefined || hostOf(endpoint) === hostname,
  );
  if (hostname !== undefined && endpoints.length === 0) return undefined;
  const addresses = [...new Set(endpoints.flatMap(({ endpoint }) => endpoint.addresses))];
  return only(addresses.map((address) => ({ type: "A", name, address })));
}

/** A port's number, with where it is: at the Service, or at each Pod of a headless one. */
function portAnswer(
  source: NameSource,
  name: string,
  key: ServiceKey,
  portName: string,
  protocol: string,
): ClusterAnswer {
  const service = source.cache.get<Service>(source.cluster, services, key);
  const fits = (port: { readonly name?: string; readonly protocol?: string }) =>
    port.name === portName && (port.protocol ?? "TCP").toLowerCase() === protocol;
  const own = service?.spec.ports?.find(fits);
  if (service === undefined || own === undefined) return undefined;
  const domain = `${key.name}.${key.namespace}.svc.${clusterDomain}`;
  const { clusterIP } = service.spec;
  if (hasAddress(clusterIP))
    return {
      records: [{ type: "SRV", name, port: own.port, target: domain }],
      additional: [{ type: "A", name: domain, address: clusterIP }],
    };
  const found = endpointsOf(source, key).flatMap(({ endpoint, slice }) => {
    const number = slice.ports?.find(fits)?.port;
    const target = `${hostOf(endpoint)}.${domain}`;
    return number === undefined ? [] : [{ number, target, address: endpoint.addresses[0] ?? "" }];
  });
  return {
    records: found.map(({ number, target }) => ({ type: "SRV", name, port: number, target })),
    additional: found.map(({ target, address }) => ({ type: "A", name: target, address })),
  };
}

/** The name of a Service's address, or of a Pod that has a host name; others are asked for elsewhere. */
function pointerAnswer(source: NameSource, name: string, address: string): ClusterAnswer {
  const service = source.cache
    .list<Service>(source.cluster, services)
    .find(({ spec }) => spec.clusterIP === address);
  if (service !== undefined) return only([{ type: "PTR", name, target: domainOf(service.metadata) }]);
  for (const slice of source.cache.list<EndpointSlice>(source.cluster, endpointSlices)) {
    const endpoint = slice.endpoints?.find((each) => each.addresses.includes(address));
    const owner = slice.metadata.labels?.["kubernetes.io/service-name"];
    if (endpoint?.hostname === undefined || owner === undefined) continue;
    const domain = domainOf({ ...slice.metadata, name: owner });
    return only([{ type: "PTR", name, target: `${endpoint.hostname}.${domain}` }]);
  }
  return null;
}

/** `10-128-0-2.NAMESPACE.pod`: the address it is made of. */
function podAnswer(name: string, labels: readonly string[]): ClusterAnswer {
  const address = /^\d{1,3}(?:-\d{1,3}){3}$/.test(labels[0] ?? "")
    ? labels[0]?.replaceAll("-", ".")
    : undefined;
  return labels.length === 3 && address !== undefined ? only([{ type: "A", name, address }]) : undefined;
}

function domainOf({
  name,
  namespace = "default",
}: {
  readonly name: string;
  readonly namespace?: string;
}): string {
  return `${name}.${namespace}.svc.${clusterDomain}`;
}

function hasAddress(clusterIP: string | undefined): clusterIP is string {
  return clusterIP !== undefined && clusterIP !== "" && clusterIP !== "None";
}

/** A Pod's name below its Service: its host name, else what its address makes. */
function hostOf({ hostname, addresses }: Endpoint): string {
  return hostname ?? (addresses[0] ?? "").replaceAll(".", "-");
}

/** A Service's endpoints that are ready, which those that publish unready addresses always are. */
function endpointsOf({ cache, cluster }: NameSource, { namespace, name }: ServiceKey) {
  return cache
    .list<EndpointSlice>(cluster, endpointSlices, namespace)
    .filter((slice) => slice.metadata.labels?.["kubernetes.io/service-name"] === name)
    .flatMap((slice) => (slice.endpoints ?? []).map((endpoint) => ({ slice, endpoint })))
    .filter(({ endpoint }) => endpoint.conditions?.ready === true);
}
