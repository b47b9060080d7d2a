import { type ForwardTarget, isSpecialAddress } from "@catalyst/embedded-proxy";
import type { KubeObject } from "@catalyst/ports/kubernetes";
import { badRequest, StatusError } from "../machinery/index.ts";
import type { Call } from "../request/call.ts";
import { notFound } from "../request/errors.ts";

/** What a path names: `name`, `name:port` or `scheme:name:port`. */
interface Named {
  readonly secure: boolean;
  readonly name: string;
  readonly port: string;
}

/** Finds the server behind a Pod's or a Service's `proxy`. Throws StatusError 400, 404, 503, in upstream's words. */
export function proxyTarget(call: Call): ForwardTarget {
  return call.kind.plural === "services" ? behindService(call) : ofPod(call);
}

function ofPod(call: Call): ForwardTarget {
  const { secure, name, port } = named(call, "pod");
  const pod = find(call, "pods", name);
  const { containers = [] } = pod.spec as {
    readonly containers?: readonly { readonly ports?: readonly { readonly containerPort: number }[] }[];
  };
  const first = containers.find(({ ports = [] }) => ports.length > 0)?.ports?.[0]?.containerPort;
  const address = addressesOf(pod)[0] ?? "";
  if (isSpecialAddress(address)) throw badRequest("address not allowed");
  return { host: address, port: Number(port || (first ?? (secure ? 443 : 80))), secure };
}

interface Subset {
  readonly addresses?: readonly {
    readonly ip: string;
    readonly targetRef?: { readonly namespace?: string; readonly name?: string };
  }[];
  readonly ports?: readonly { readonly name?: string; readonly port: number }[];
}

function behindService(call: Call): ForwardTarget {
  const { secure, name, port } = named(call, "service");
  const portName = /^\d+$/.test(port) ? portOf(find(call, "services", name), Number(port)) : port;
  const { namespace } = call.route;
  const endpoints = call.cluster.find("/endpoints", namespace, name);
  if (endpoints === undefined) throw notFound({ group: "", plural: "services" }, name);
  const subsets = (endpoints["subsets"] ?? []) as readonly Subset[];
  if (subsets.length === 0) throw unavailable(`no endpoints available for service ${JSON.stringify(name)}`);
  const ready = subsets.flatMap(({ addresses = [], ports = [] }) => {
    const found = ports.find((candidate) => (candidate.name ?? "") === portName);
    return found === undefined
      ? []
      : addresses.filter((each) => isPod(call, each)).map(({ ip }) => ({ ip, port: found.port }));
  });
  const chosen = ready[Math.floor(call.parts.random() * ready.length)];
  if (chosen === undefined)
    throw unavailable(`no endpoints available for service ${JSON.stringify(call.route.name ?? "")}`);
  return { host: chosen.ip, port: chosen.port, secure };
}

function portOf(service: KubeObject, number: number): string {
  const { ports = [] } = service.spec as {
    readonly ports?: readonly { readonly name?: string; readonly port: number }[];
  };
  const found = ports.find(({ port }) => port === number);
  if (found !== undefined) return found.name ?? "";
  const name = JSON.stringify(service.metadata.name);
  throw unavailable(`no service port ${number} found for service ${name}`);
}

/** Whoever may write endpoints can't have us call what isn't a Pod. */
function isPod(
  { cluster, route }: Call,
  { ip, targetRef }: NonNullable<Subset["addresses"]>[number],
): boolean {
  if (targetRef?.namespace !== route.namespace || targetRef?.name === undefined) return false;
  const pod = cluster.find("/pods", route.namespace, targetRef.name);
  return pod !== undefined && addressesOf(pod).includes(ip) && !isSpecialAddress(ip);
}

function named({ route }: Call, what: string): Named {
  const id = route.name ?? "";
  const parts = id.split(":");
  const [scheme, name, port] =
    parts.length === 3 ? parts : parts.length > 3 ? ["", "", ""] : ["", parts[0], parts[1] ?? ""];
  if (!name || !["", "http", "https"].includes(scheme ?? ""))
    throw badRequest(`invalid ${what} request ${JSON.stringify(id)}`);
  return { secure: scheme === "https", name, port: port ?? "" };
}

function find(call: Call, plural: string, name: string): KubeObject {
  const object = call.cluster.find(`/${plural}`, call.route.namespace, name);
  if (object === undefined) throw notFound({ group: "", plural }, name);
  return object;
}

function addressesOf(pod: KubeObject): readonly string[] {
  const { podIP, podIPs } = (pod.status ?? {}) as {
    readonly podIP?: string;
    readonly podIPs?: readonly { readonly ip: string }[];
  };
  return podIPs?.map(({ ip }) => ip) ?? (podIP === undefined ? [] : [podIP]);
}

function unavailable(message: string): StatusError {
  return new StatusError(503, "ServiceUnavailable", message);
}
