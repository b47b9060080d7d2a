import type { Cluster } from "../../cluster/cluster.ts";
import type { ClientConfig, ServiceReference } from "./hook.ts";
import { HookFault } from "./hook-fault.ts";

/** Where a webhook is reached. */
export interface Destination {
  /** As it was written, and as messages name it: `https://host:port`. */
  readonly origin: string;
  readonly path: string;
}

/** The address a webhook's configuration names. */
export function destinationOf({ url = "", service }: ClientConfig): Destination {
  if (service === undefined) {
    const [, origin = "", path = ""] = /^(https:\/\/[^/?#]*)([^?#]*)/i.exec(url) ?? [];
    return { origin, path: path || "/" };
  }
  const { name, namespace, port = 443, path = "/" } = service;
  return { origin: `https://${name}.${namespace}.svc:${port}`, path: path || "/" };
}

/** An address to connect to. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

interface ServiceSpec {
  readonly type?: string;
  readonly ports?: readonly { readonly name?: string; readonly port: number }[];
}

interface Slice {
  readonly ports?: readonly { readonly name?: string; readonly port?: number }[];
  readonly endpoints?: readonly {
    readonly addresses?: readonly string[];
    readonly conditions?: { readonly ready?: boolean };
  }[];
}

/** An endpoint of a Service that is ready, chosen by `random`. Throws HookFault when there is none. */
export function endpointOf(
  cluster: Cluster,
  { name, namespace, port = 443 }: ServiceReference,
  random: () => number,
): Endpoint {
  const service = cluster.find("/services", namespace, name);
  if (service === undefined) throw new HookFault(`service ${JSON.stringify(name)} not found`);
  const { type = "ClusterIP", ports = [] } = (service.spec ?? {}) as ServiceSpec;
  if (type === "ExternalName") throw new HookFault(`unsupported service type ${JSON.stringify(type)}`);
  const wanted = ports.find((item) => item.port === port);
  if (wanted === undefined) {
    throw new HookFault(`no service port ${port} found for service ${JSON.stringify(name)}`);
  }
  const candidates = cluster
    .list("discovery.k8s.io/endpointslices", true, namespace)
    .map(({ object }) => object)
    .filter(({ metadata }) => metadata.labels?.["kubernetes.io/service-name"] === name)
    .flatMap((slice) => readyAddresses(slice as Slice, wanted.name ?? ""));
  const chosen = candidates[Math.floor(random() * candidates.length)];
  if (chosen === undefined) throw new HookFault(`no endpoints available for service ${JSON.stringify(name)}`);
  return chosen;
}

function readyAddresses(slice: Slice, portName: string): readonly Endpoint[] {
  const port = slice.ports?.find((item) => (item.name ?? "") === portName)?.port;
  if (port === undefined) return [];
  return (slice.endpoints ?? [])
    .filter(({ conditions }) => conditions?.ready !== false)
    .flatMap(({ addresses = [] }) => addresses.map((host) => ({ host, port })));
}
