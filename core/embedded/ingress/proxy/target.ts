import { isOnOwnNetwork } from "@catalyst/embedded-proxy";
import { simulatedNodeLabel } from "@catalyst/model/label";
import {
  type ClusterName,
  type Endpoint,
  type EndpointSlice,
  endpointSlices,
  type Node,
  nodes,
  type Pod,
  pods,
  type Service,
  type ServicePort,
  services,
} from "@catalyst/ports/kubernetes";
import type { ObjectCache } from "@catalyst/reconciler";
import type { Backend } from "../routing/rule.ts";

/** What a Service's port says of an application that speaks HTTP/2 without TLS. */
const h2c = "kubernetes.io/h2c";

/** Where a Pod listens, and for what. */
export interface Address {
  readonly host: string;
  readonly port: number;
  readonly protocol: "http/1.1" | "h2c";
}

/** Who answers a request. */
export type Target =
  | { readonly type: "address"; readonly address: Address }
  /** The Pod is ready, but nothing runs. */
  | { readonly type: "simulated"; readonly images: readonly string[]; readonly pod: string }
  | { readonly type: "files"; readonly namespace: string; readonly configMap: string }
  /** The rule itself can't be followed. */
  | { readonly type: "invalid"; readonly status: 500 | 503; readonly reason: string }
  /** Nobody can answer now: why, one reason a line. */
  | { readonly type: "nobody"; readonly reasons: readonly string[] };

/** Finds who answers for a backend. `turn` chooses among ready endpoints. */
export function findTarget(cache: ObjectCache, cluster: ClusterName, backend: Backend, turn: number): Target {
  if (backend.type !== "service") return backend;
  const { namespace, name } = backend;
  const service = cache.get<Service>(cluster, services, { namespace, name });
  if (service === undefined) return nobody(`The Service ${name} doesn't exist.`);
  const port = service.spec.ports?.find(
    (candidate) => candidate.port === backend.port || candidate.name === backend.port,
  );
  if (port === undefined) return nobody(`The Service ${name} has no port ${backend.port}.`);
  return ready(cache, cluster, service, port, turn);
}

function nobody(...reasons: readonly string[]): Target {
  return { type: "nobody", reasons };
}

function ready(
  cache: ObjectCache,
  cluster: ClusterName,
  service: Service,
  { name: portName = "", appProtocol }: ServicePort,
  turn: number,
): Target {
  const { name, namespace } = service.metadata;
  const slices = cache
    .list<EndpointSlice>(cluster, endpointSlices, namespace)
    .filter((slice) => slice.metadata.labels?.["kubernetes.io/service-name"] === name);
  const candidates = slices.flatMap((slice) => {
    const port = slice.ports?.find((candidate) => (candidate.name ?? "") === portName)?.port;
    const endpoints = (slice.endpoints ?? []).filter((endpoint) => endpoint.conditions?.ready === true);
    return port === undefined ? [] : endpoints.map((endpoint) => ({ endpoint, port }));
  });
  const chosen = candidates[turn % candidates.length];
  if (chosen === undefined) return nobody(...whyNobody(cache, cluster, service));
  const simulated = simulatedPod(cache, cluster, chosen.endpoint);
  if (simulated !== undefined) {
    const images = simulated.spec.containers.map((container) => container.image ?? "");
    return { type: "simulated", images, pod: simulated.metadata.name };
  }
  const host = chosen.endpoint.addresses[0] ?? "";
  if (!isOnOwnNetwork(host))
    return nobody(`${chosen.endpoint.targetRef?.name ?? host} isn't running again yet.`);
  const protocol = appProtocol === h2c ? "h2c" : "http/1.1";
  return { type: "address", address: { host, port: chosen.port, protocol } };
}

function simulatedPod(cache: ObjectCache, cluster: ClusterName, endpoint: Endpoint): Pod | undefined {
  const node = cache.get<Node>(cluster, nodes, { name: endpoint.nodeName ?? "" });
  if (node?.metadata.labels?.[simulatedNodeLabel] !== "simulated") return undefined;
  const { namespace, name = "" } = endpoint.targetRef ?? {};
  return cache.get<Pod>(cluster, pods, { namespace, name });
}

/** One line per Pod that isn't ready; what Pods there would have to be when there is none. */
function whyNobody(cache: ObjectCache, cluster: ClusterName, service: Service): readonly string[] {
  const selector = Object.entries(service.spec.selector ?? {});
  const behind = cache
    .list<Pod>(cluster, pods, service.metadata.namespace)
    .filter((pod) => selector.every(([key, value]) => pod.metadata.labels?.[key] === value));
  if (behind.length === 0) {
    const wanted = selector.map(([key, value]) => `${key}=${value}`).join(", ");
    return [`The Service ${service.metadata.name} has no Pods (it selects ${wanted}).`];
  }
  return behind.map((pod) => `Pod ${pod.metadata.name}: ${whyNotReady(pod)}`);
}

function whyNotReady(pod: Pod): string {
  const all = [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])];
  const waiting = all.find((status) => status.state?.waiting !== undefined)?.state?.waiting;
  if (waiting !== undefined) return [waiting.reason, waiting.message].filter(Boolean).join(": ");
  const condition = pod.status?.conditions?.find((candidate) => candidate.type === "Ready");
  return condition?.message ?? condition?.reason ?? pod.status?.phase ?? "not started yet";
}
