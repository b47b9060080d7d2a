import type { KubeObject } from "@catalyst/ports/kubernetes";
import { invalid } from "../machinery/index.ts";
import type { Call } from "../request/call.ts";

interface ServiceSpec {
  readonly type?: string;
  readonly clusterIP?: string;
  readonly clusterIPs?: readonly string[];
  readonly ports?: readonly { readonly nodePort?: number }[];
}

/** Gives a new Service its address and node ports. Throws StatusError 422 for one that is taken. */
export function admitNewService(call: Call, service: KubeObject): KubeObject {
  return withPorts(call, withAddress(call, service, undefined), undefined);
}

/** Keeps a Service's address and ports over a change, and gives it some when its type now asks for them. */
export function admitServiceChange(call: Call, service: KubeObject, stored: KubeObject): KubeObject {
  return withPorts(call, withAddress(call, service, stored), stored);
}

function withAddress(call: Call, service: KubeObject, stored: KubeObject | undefined): KubeObject {
  const spec = (service.spec ?? {}) as ServiceSpec;
  if (spec.type === "ExternalName") return service;
  const asked = spec.clusterIP || spec.clusterIPs?.[0] || "";
  if (asked === "None") return service;
  const before = (stored?.spec as ServiceSpec | undefined)?.clusterIP;
  if (before && (asked === "" || asked === before)) return withSpec(service, { ...spec, clusterIP: before });
  const { addresses } = call.parts;
  if (asked === "") return withSpec(service, { ...spec, clusterIP: addresses.nextAddress() });
  const fault = addresses.takeAddress(asked);
  if (fault === undefined) return service;
  throw refused(call, service, {
    message: `Invalid value: ${JSON.stringify([asked])}: failed to allocate IP ${asked}: ${fault}`,
    field: "spec.clusterIPs",
  });
}

function withPorts(call: Call, service: KubeObject, stored: KubeObject | undefined): KubeObject {
  const spec = (service.spec ?? {}) as ServiceSpec;
  if (spec.type !== "NodePort" && spec.type !== "LoadBalancer") return service;
  const before = ((stored?.spec as ServiceSpec | undefined)?.ports ?? []).map((port) => port.nodePort);
  const { addresses } = call.parts;
  const ports = (spec.ports ?? []).map((port, index) => {
    const own = port.nodePort || before[index];
    if (own && before.includes(own)) return { ...port, nodePort: own };
    if (!own) return { ...port, nodePort: addresses.nextPort() };
    const fault = addresses.takePort(own);
    if (fault === undefined) return port;
    throw refused(call, service, {
      message: `Invalid value: ${own}: ${fault}`,
      field: `spec.ports[${index}].nodePort`,
    });
  });
  return withSpec(service, { ...spec, ports });
}

function withSpec(service: KubeObject, spec: ServiceSpec): KubeObject {
  return { ...service, spec };
}

function refused(call: Call, service: KubeObject, fault: { message: string; field: string }) {
  return invalid(call.kind, service.metadata.name, [{ reason: "FieldValueInvalid", ...fault }]);
}
