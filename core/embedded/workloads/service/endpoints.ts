import type { Endpoint, EndpointPort, Pod, Service, ServicePort } from "@catalyst/ports/kubernetes";
import { isFinished, isReady, isTerminating } from "../common/pod-state.ts";

/** Endpoints that share the same ports; a named target port may mean another number on each Pod. */
export interface EndpointGroup {
  readonly ports: readonly EndpointPort[];
  readonly endpoints: readonly Endpoint[];
}

/** The Pods behind a Service, grouped by their ports, in the order of their names. */
export function endpointGroups(service: Service, pods: readonly Pod[]): readonly EndpointGroup[] {
  const groups = new Map<string, { ports: readonly EndpointPort[]; endpoints: Endpoint[] }>();
  for (const pod of [...pods].sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1))) {
    const address = pod.status?.podIP;
    if (address === undefined || isFinished(pod)) continue;
    const ports = (service.spec.ports ?? []).flatMap((port) => endpointPort(port, pod));
    const key = JSON.stringify(ports);
    const group = groups.get(key) ?? { ports, endpoints: [] };
    groups.set(key, group);
    group.endpoints.push(endpoint(service, pod, address));
  }
  return [...groups.values()];
}

/** The same as the subsets of the older kind, which knows no Pods on their way out. */
export function subsetsOf(service: Service, groups: readonly EndpointGroup[]): readonly unknown[] {
  const isTolerant = service.spec.publishNotReadyAddresses === true;
  return groups.flatMap((group) => {
    const there = group.endpoints.filter(({ conditions }) => isTolerant || conditions?.terminating !== true);
    const of = (ready: boolean) =>
      there
        .filter((each) => (each.conditions?.ready === true) === ready)
        .map(({ addresses, nodeName, targetRef, hostname }) => ({
          ip: addresses[0] ?? "",
          ...(hostname === undefined ? {} : { hostname }),
          ...(nodeName === undefined ? {} : { nodeName }),
          ...(targetRef === undefined ? {} : { targetRef }),
        }));
    const [addresses, notReadyAddresses] = [of(true), of(false)];
    if (there.length === 0) return [];
    return {
      ...(addresses.length === 0 ? {} : { addresses }),
      ...(notReadyAddresses.length === 0 ? {} : { notReadyAddresses }),
      ports: group.ports.map(({ name, ...port }) => (name === "" ? port : { name, ...port })),
    };
  });
}

function endpoint(service: Service, pod: Pod, address: string): Endpoint {
  const { name, namespace, uid } = pod.metadata;
  const serving = isReady(pod);
  const terminating = isTerminating(pod);
  const ready = service.spec.publishNotReadyAddresses === true || (serving && !terminating);
  const named = pod.spec.hostname !== undefined && pod.spec.subdomain === service.metadata.name;
  return {
    addresses: [address],
    conditions: { ready, serving, terminating },
    ...(named ? { hostname: pod.spec.hostname } : {}),
    ...(pod.spec.nodeName === undefined ? {} : { nodeName: pod.spec.nodeName }),
    targetRef: {
      kind: "Pod",
      name,
      ...(namespace === undefined ? {} : { namespace }),
      ...(uid === undefined ? {} : { uid }),
    },
  };
}

/** Empty when the Pod has no port of the name the Service targets. */
function endpointPort(port: ServicePort, pod: Pod): readonly EndpointPort[] {
  const number = targetPort(port, pod);
  if (number === undefined) return [];
  const { name = "", protocol = "TCP", appProtocol } = port;
  return [{ name, port: number, protocol, ...(appProtocol === undefined ? {} : { appProtocol }) }];
}

function targetPort(port: ServicePort, pod: Pod): number | undefined {
  const target = port.targetPort ?? port.port;
  if (typeof target === "number") return target;
  return pod.spec.containers
    .flatMap((container) => container.ports ?? [])
    .find(
      (candidate) => candidate.name === target && (candidate.protocol ?? "TCP") === (port.protocol ?? "TCP"),
    )?.containerPort;
}
