import { jsonEqual } from "@catalyst/base/json";
import { invalid } from "../../status.ts";
import { addressFamily } from "../../validate/addresses.ts";
import { faultsAt } from "../../validate/place.ts";
import { at, each, ensure, type Fields, number, text, texts } from "../fields.ts";
import { checkClusterAddresses } from "../validate/service/cluster-addresses.ts";
import { isExternallyReached, needsHealthCheck } from "../validate/service/service.ts";

/** Families that Services of this cluster have addresses of; the first is given to who doesn't ask. */
const served = ["IPv4"];

/**
 * Settles the addresses of a new Service, whose `clusterIP` the caller's allocator has filled in, changing it. Throws
 * StatusError 422, as upstream does before it looks at anything else.
 */
export function createService(service: Fields): void {
  const spec = ensure(service, "spec");
  const address = text(spec, "clusterIP");
  if (address !== "" && texts(spec, "clusterIPs").length === 0) spec["clusterIPs"] = [address];
  settleFamilies(service, {});
}

/** Settles what an update leaves out of a Service's addresses and ports, changing it. Throws StatusError 422. */
export function updateService(service: Fields, stored: Fields): void {
  const spec = ensure(service, "spec");
  const before = at(stored, "spec");
  followAddress(spec, before);
  keepAllocated(spec, before);
  settleFamilies(service, before);
  dropOfOtherType(spec, before);
}

/** The list follows the single field, for writers that know only that. */
function followAddress(spec: Fields, before: Fields): void {
  const address = text(spec, "clusterIP");
  const held = text(before, "clusterIP");
  const isSame = jsonEqual(texts(spec, "clusterIPs"), texts(before, "clusterIPs"));
  if (texts(spec, "clusterIPs").length === 0 && texts(before, "clusterIPs").length > 0 && address === held) {
    spec["clusterIPs"] = before["clusterIPs"];
  }
  if (address === held || !isSame) return;
  if (address === "") delete spec["clusterIPs"];
  else spec["clusterIPs"] = [address];
}

const isExternal = (spec: Fields) => text(spec, "type") === "ExternalName";

function needsNodePort(spec: Fields): boolean {
  const type = text(spec, "type");
  return type === "NodePort" || (type === "LoadBalancer" && spec["allocateLoadBalancerNodePorts"] !== false);
}

/** What was given to a Service once stays its own. */
function keepAllocated(spec: Fields, before: Fields): void {
  if (!isExternal(spec) && !isExternal(before)) {
    if (text(spec, "clusterIP") === "" && text(before, "clusterIP") !== "")
      spec["clusterIP"] = before["clusterIP"];
    const held = before["clusterIPs"];
    if (texts(spec, "clusterIPs").length === 0 && held !== undefined) spec["clusterIPs"] = held;
  }
  if (needsNodePort(spec) && needsNodePort(before)) keepNodePorts(spec, before);
  if (needsHealthCheck(spec) && needsHealthCheck(before) && !number(spec, "healthCheckNodePort")) {
    spec["healthCheckNodePort"] = before["healthCheckNodePort"];
  }
}

function keepNodePorts(spec: Fields, before: Fields): void {
  const ports = each(spec, "ports");
  const held = each(before, "ports");
  const now = new Set(ports.map((port) => number(port, "nodePort") ?? 0));
  const byName = new Map(held.map((port) => [text(port, "name"), number(port, "nodePort") ?? 0]));
  spec["ports"] = ports.map((port) => {
    const nodePort = byName.get(text(port, "name")) ?? 0;
    return number(port, "nodePort") || nodePort === 0 || now.has(nodePort) ? port : { ...port, nodePort };
  });
}

function settleFamilies(service: Fields, before: Fields): void {
  const spec = ensure(service, "spec");
  if (isExternal(spec)) return;
  const isHeadless = text(spec, "clusterIP") === "None";
  const selectsNone = isHeadless && Object.keys(at(spec, "selector")).length === 0;
  spec["ipFamilyPolicy"] ??= before["ipFamilyPolicy"] ?? (selectsNone ? "RequireDualStack" : "SingleStack");
  refuse(service, "spec", spec, (place) => checkClusterAddresses(place, before));
  const families = [...texts(spec, "ipFamilies")];
  refuse(service, "spec", spec, (place) => {
    const policy = place.at("ipFamilyPolicy");
    const why = "must be 'RequireDualStack' or 'PreferDualStack' when multiple";
    if (policy.text === "SingleStack" && place.at("clusterIPs").size === 2) {
      policy.invalid(`${why} cluster IPs are specified`);
    }
    if (policy.text === "SingleStack" && families.length === 2) {
      policy.invalid(`${why} IP families are specified`);
    }
    const addresses = place.at("clusterIPs");
    addresses.texts.forEach((address, index) => {
      const family = addressFamily(address);
      if (address === "None" || index < families.length || family === undefined) return;
      if (served.includes(family)) families.push(family);
      else addresses.counted(index, addresses.value).invalid(`${family} is not configured on this cluster`);
    });
  });
  if (families.length === 0) families.push(...served);
  if (selectsNone) {
    if (families.length < 2 && spec["ipFamilyPolicy"] !== "SingleStack") {
      families.push(families[0] === "IPv4" ? "IPv6" : "IPv4");
    }
  } else refuse(service, "spec", { ...spec, ipFamilies: families }, checkServed);
  spec["ipFamilies"] = families;
}

function checkServed(spec: Parameters<typeof checkClusterAddresses>[0]): void {
  const policy = spec.at("ipFamilyPolicy");
  if (policy.text === "RequireDualStack" && served.length < 2) {
    policy.invalid("this cluster is not configured for dual-stack services");
  }
  for (const family of spec.at("ipFamilies").items()) {
    if (!served.includes(family.text)) family.invalid("not configured on this cluster");
  }
}

function refuse(service: Fields, path: string, value: unknown, check: Parameters<typeof faultsAt>[2]): void {
  const faults = faultsAt(path, value, check);
  if (faults.length === 0) return;
  throw invalid({ group: "", kind: "Service" }, text(at(service, "metadata"), "name"), faults);
}

/** What a writer leaves as it was goes when the type of the Service has no use for it. */
function dropOfOtherType(spec: Fields, before: Fields): void {
  const drop = (...keys: readonly string[]) => {
    for (const key of keys) if (jsonEqual(spec[key], before[key])) delete spec[key];
  };
  if (isExternal(spec) && !isExternal(before)) {
    const isSame = ["clusterIP", "clusterIPs"].every((key) => jsonEqual(spec[key], before[key]));
    if (isSame) drop("clusterIP", "clusterIPs");
    drop("ipFamilies", "ipFamilyPolicy", "internalTrafficPolicy");
  }
  const hasNodePort = (type: Fields) => ["NodePort", "LoadBalancer"].includes(text(type, "type"));
  if (hasNodePort(before) && !hasNodePort(spec)) dropNodePorts(spec, before);
  if (needsHealthCheck(before) && !needsHealthCheck(spec)) drop("healthCheckNodePort");
  const wasBalanced = text(before, "type") === "LoadBalancer";
  if (wasBalanced && text(spec, "type") !== "LoadBalancer") {
    drop("allocateLoadBalancerNodePorts", "loadBalancerClass");
  }
  if (isExternallyReached(before) && !isExternallyReached(spec)) drop("externalTrafficPolicy");
}

function dropNodePorts(spec: Fields, before: Fields): void {
  const held = new Set(each(before, "ports").map((port) => number(port, "nodePort") ?? 0));
  const ports = each(spec, "ports");
  const isNew = (port: Fields) => Boolean(port["nodePort"]) && !held.has(number(port, "nodePort") ?? 0);
  if (ports.some(isNew)) return;
  spec["ports"] = ports.map(({ nodePort: _nodePort, ...port }) => port);
}
