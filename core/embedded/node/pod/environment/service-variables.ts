import { type Pod, type Service, services } from "@catalyst/ports/kubernetes";
import type { ObjectCache } from "@catalyst/reconciler";
import type { ApiAddress } from "../../options.ts";

type Variable = readonly [name: string, value: string];

/**
 * Where a Pod finds its cluster's API, and the Services of its namespace unless it doesn't want them
 * (`enableServiceLinks`): those that have an address when its container starts.
 */
export function serviceVariables(
  cache: ObjectCache,
  cluster: string,
  pod: Pod,
  api: ApiAddress | undefined,
): readonly Variable[] {
  const linked =
    pod.spec.enableServiceLinks === false
      ? []
      : cache
          .list<Service>(cluster, services, pod.metadata.namespace ?? "default")
          .toSorted((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1))
          .flatMap(variablesOf);
  return [...linked, ...apiVariables(api)];
}

function apiVariables(api: ApiAddress | undefined): readonly Variable[] {
  if (api === undefined) return [];
  const port = String(api.port);
  return [
    ["KUBERNETES_SERVICE_HOST", api.host],
    ["KUBERNETES_SERVICE_PORT", port],
    ["KUBERNETES_SERVICE_PORT_HTTPS", port],
  ];
}

/** Both of Kubernetes' own form and of that of Docker's links. */
function variablesOf({ metadata, spec }: Service): readonly Variable[] {
  const address = spec.clusterIP ?? "";
  const [first] = spec.ports ?? [];
  if (address === "" || address === "None" || first === undefined) return [];
  const prefix = variableName(metadata.name);
  const own: Variable[] = [
    [`${prefix}_SERVICE_HOST`, address],
    [`${prefix}_SERVICE_PORT`, String(first.port)],
    [`${prefix}_PORT`, urlOf(first, address)],
  ];
  for (const port of spec.ports ?? []) {
    const { name, port: number, protocol = "TCP" } = port;
    if (name !== undefined && name !== "")
      own.push([`${prefix}_SERVICE_PORT_${variableName(name)}`, String(number)]);
    const link = `${prefix}_PORT_${number}_${protocol}`;
    own.push(
      [link, urlOf(port, address)],
      [`${link}_PROTO`, protocol.toLowerCase()],
      [`${link}_PORT`, String(number)],
      [`${link}_ADDR`, address],
    );
  }
  return own;
}

function urlOf(port: { readonly port: number; readonly protocol?: string }, address: string): string {
  const host = address.includes(":") ? `[${address}]` : address;
  return `${(port.protocol ?? "TCP").toLowerCase()}://${host}:${port.port}`;
}

function variableName(name: string): string {
  return name.toUpperCase().replaceAll("-", "_");
}
