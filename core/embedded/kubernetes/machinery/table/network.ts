import { at, each, type Fields, number, text, texts } from "../resources/fields.ts";
import { type Cells, created, isDefault, labelsCell, name, none, selectorCell, shortList } from "./cell.ts";

function service(object: Fields, now: number): readonly unknown[] {
  const spec = at(object, "spec");
  const ports = each(spec, "ports").map((port) => {
    const node = number(port, "nodePort") ?? 0;
    return `${number(port, "port") ?? 0}${node > 0 ? `:${node}` : ""}/${text(port, "protocol")}`;
  });
  return [
    name(object),
    text(spec, "type"),
    none(texts(spec, "clusterIPs")[0] ?? ""),
    externalAddress(object),
    none(ports.join(",")),
    created(object, now),
    labelsCell(at(spec, "selector")),
  ];
}

function balancerAddresses(object: Fields): readonly string[] {
  const ingress = each(at(object, "status", "loadBalancer"), "ingress");
  return [...new Set(ingress.map((one) => text(one, "ip") || text(one, "hostname")))]
    .filter((one) => one !== "")
    .sort();
}

function externalAddress(object: Fields): string {
  const spec = at(object, "spec");
  const addresses = texts(spec, "externalIPs");
  switch (text(spec, "type")) {
    case "ClusterIP":
    case "NodePort":
      return none(addresses.join(","));
    case "LoadBalancer":
      return [...balancerAddresses(object), ...addresses].join(",") || "<pending>";
    case "ExternalName":
      return text(spec, "externalName");
    default:
      return "<unknown>";
  }
}

function ingress(object: Fields, now: number): readonly unknown[] {
  const spec = at(object, "spec");
  return [
    name(object),
    none(text(spec, "ingressClassName")),
    hosts(each(spec, "rules")),
    balancerAddresses(object).join(","),
    each(spec, "tls").length > 0 ? "80, 443" : "80",
    created(object, now),
  ];
}

function hosts(rules: readonly Fields[]): string {
  const shown = rules
    .slice(0, 3)
    .map((rule) => text(rule, "host"))
    .filter((host) => host !== "");
  if (shown.length === 0) return "*";
  return rules.length > 3 ? `${shown.join(",")} + ${rules.length - 3} more...` : shown.join(",");
}

function ingressClass(object: Fields, now: number): readonly unknown[] {
  const spec = at(object, "spec");
  const parameters = at(spec, "parameters");
  const group = text(parameters, "apiGroup");
  const shown = text(parameters, "kind") + (group === "" ? "" : `.${group}`);
  const marked = isDefault(object, "ingressclass.kubernetes.io/is-default-class");
  return [
    `${name(object)}${marked ? " (default)" : ""}`,
    text(spec, "controller"),
    spec["parameters"] === undefined ? "<none>" : `${shown}/${text(parameters, "name")}`,
    created(object, now),
  ];
}

function endpoints(object: Fields, now: number): readonly unknown[] {
  const subsets = each(object, "subsets");
  const all = subsets.flatMap((subset) => {
    const addresses = each(subset, "addresses").map((address) => text(address, "ip"));
    const ports = each(subset, "ports").map((port) => number(port, "port") ?? 0);
    return ports.length === 0
      ? addresses
      : ports.flatMap((port) =>
          addresses.map((ip) => (ip.includes(":") ? `[${ip}]:${port}` : `${ip}:${port}`)),
        );
  });
  return [name(object), subsets.length === 0 ? "<none>" : shortList(all, 3), created(object, now)];
}

function endpointSlice(object: Fields, now: number): readonly unknown[] {
  const ports = each(object, "ports").map((port) => String(port["port"] ?? port["name"] ?? "*"));
  const addresses = each(object, "endpoints").flatMap((endpoint) => texts(endpoint, "addresses"));
  const unsetWhenEmpty = (list: readonly string[]) => (list.length === 0 ? "<unset>" : shortList(list, 3));
  return [
    name(object),
    text(object, "addressType"),
    unsetWhenEmpty(ports),
    unsetWhenEmpty(addresses),
    created(object, now),
  ];
}

function ipAddress(object: Fields, now: number): readonly unknown[] {
  const parent = at(object, "spec", "parentRef");
  const group = text(parent, "group");
  const resource = `${text(parent, "resource")}${group === "" ? "" : `.${group}`}`.toLowerCase();
  const namespace = text(parent, "namespace");
  const shown = `${resource}${namespace === "" ? "" : `/${namespace}`}/${text(parent, "name")}`;
  return [name(object), parent["name"] === undefined ? "<none>" : shown, created(object, now)];
}

/** Kinds of the network. */
export const networkCells: Readonly<Record<string, Cells>> = {
  Service: service,
  Ingress: ingress,
  IngressClass: ingressClass,
  Endpoints: endpoints,
  EndpointSlice: endpointSlice,
  NetworkPolicy: (object, now) => [
    name(object),
    selectorCell(at(object, "spec")["podSelector"]),
    created(object, now),
  ],
  ServiceCIDR: (object, now) => [
    name(object),
    texts(at(object, "spec"), "cidrs").join(","),
    created(object, now),
  ],
  IPAddress: ipAddress,
};
