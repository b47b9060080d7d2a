import type { FieldFault } from "../../../status.ts";
import { validateLabels } from "../../../validate/metadata.ts";
import { dnsLabel, dnsSubdomain, portNumber, qualifiedName } from "../../../validate/names.ts";
import { faultsAt, type Place } from "../../../validate/place.ts";
import { checkAddress, checkEndpointAddress, checkNetwork } from "../../../validate/place-addresses.ts";
import { at, type Fields, text, texts } from "../../fields.ts";
import { protocols } from "../pod/container.ts";
import { checkPort } from "../pod/probes.ts";
import { checkAddressesKept, checkClusterAddresses, isHeadless } from "./cluster-addresses.ts";

const types = ["ClusterIP", "ExternalName", "LoadBalancer", "NodePort"];
const rangesAnnotation = "service.beta.kubernetes.io/load-balancer-source-ranges";
const hintsAnnotation = "service.kubernetes.io/topology-aware-hints";
const modeAnnotation = "service.kubernetes.io/topology-mode";

/** Everything wrong with a Service. Source: Kubernetes' `pkg/apis/core/validation`. */
export function validateService(service: Fields, stored: Fields | undefined): readonly FieldFault[] {
  const before = at(stored, "spec");
  return faultsAt("", service, (place) => {
    const spec = place.at("spec");
    checkTopology(place.at("metadata", "annotations"));
    checkType(spec);
    checkPorts(spec);
    const selector = spec.at("selector");
    selector.add(validateLabels(selector.fields, selector.path));
    checkAffinity(spec);
    checkClusterAddresses(spec, before);
    for (const address of spec.at("externalIPs").items()) {
      if (checkAddress(address, texts(before, "externalIPs"))) checkEndpointAddress(address);
    }
    checkBalanced(place, stored);
    checkTraffic(spec);
  });
}

function checkTopology(annotations: Place): void {
  const hints = annotations.entry(hintsAnnotation);
  const mode = annotations.entry(modeAnnotation);
  if (hints.isSet && mode.isSet && hints.text !== mode.text) {
    mode.invalid(`must match annotations[${hintsAnnotation}] when both are specified`);
  }
}

function checkType(spec: Place): void {
  const type = spec.at("type");
  const first = spec.at("clusterIPs").counted(0, spec.at("clusterIPs").texts[0]);
  if (spec.at("ports").size === 0 && !isHeadless(spec) && type.text !== "ExternalName") {
    spec.at("ports").required();
  }
  if ((type.text === "LoadBalancer" || type.text === "NodePort") && isHeadless(spec)) {
    first.invalid(`may not be set to 'None' for ${type.text} services`);
  }
  if (type.text === "ExternalName") checkExternal(spec);
  type.needsOneOf(types);
}

function checkExternal(spec: Place): void {
  const why = "may not be set for ExternalName services";
  for (const key of ["clusterIPs", "ipFamilies"]) if (spec.at(key).size > 0) spec.at(key).forbidden(why);
  if (spec.at("ipFamilyPolicy").isSet) spec.at("ipFamilyPolicy").forbidden(why);
  const name = spec.at("externalName");
  spec.called("externalName", name.text.replace(/\.$/, "")).needs(dnsSubdomain);
}

function checkPorts(spec: Place): void {
  const ports = spec.at("ports").items();
  const names = new Set<string>();
  const numbers = new Set<string>();
  const nodePorts = new Set<string>();
  for (const port of ports) {
    checkPortName(port.at("name"), ports.length > 1, names);
    const number = port.at("port");
    for (const fault of portNumber(number.number)) number.invalid(fault, number.number);
    port.at("protocol").needsOneOf(protocols);
    checkPort(port.at("targetPort"));
    if (port.at("appProtocol").isSet) port.at("appProtocol").follows(qualifiedName);
    checkNodePort(spec, port, nodePorts);
    const key = `${number.number}/${port.at("protocol").text}`;
    if (numbers.has(key)) port.duplicate("", shownPort(port));
    numbers.add(key);
  }
}

function checkPortName(name: Place, isNeeded: boolean, names: Set<string>): void {
  if (name.text === "") {
    if (isNeeded) name.required();
    return;
  }
  name.follows(dnsLabel);
  if (names.has(name.text)) name.duplicate();
  names.add(name.text);
}

function checkNodePort(spec: Place, port: Place, seen: Set<string>): void {
  const nodePort = port.at("nodePort");
  if (nodePort.number === 0) return;
  if (spec.at("type").text === "ClusterIP") {
    nodePort.forbidden("may not be used when `type` is 'ClusterIP'");
  }
  const key = `${nodePort.number}/${port.at("protocol").text}`;
  if (seen.has(key)) nodePort.duplicate();
  seen.add(key);
}

/** A port as upstream shows what two of them have in common. */
function shownPort(port: Place): Fields {
  return {
    Name: "",
    Protocol: port.at("protocol").value,
    AppProtocol: null,
    Port: port.at("port").value,
    TargetPort: 0,
    NodePort: 0,
  };
}

const longestAffinity = 86400;

function checkAffinity(spec: Place): void {
  const affinity = spec.at("sessionAffinity");
  affinity.needsOneOf(["ClientIP", "None"]);
  const config = spec.at("sessionAffinityConfig");
  if (affinity.text === "None" && config.isSet) {
    config.forbidden("must not be set when session affinity is None");
  }
  if (affinity.text !== "ClientIP") return;
  const timeout = config.at("clientIP", "timeoutSeconds");
  for (const part of [config, config.at("clientIP"), timeout]) {
    if (!part.isSet) {
      part.required("when session affinity type is ClientIP");
      return;
    }
  }
  if (timeout.number <= 0 || timeout.number > longestAffinity) {
    timeout.invalid(`must be greater than 0 and less than ${longestAffinity}`);
  }
}

function checkBalanced(service: Place, stored: Fields | undefined): void {
  const spec = service.at("spec");
  const isBalanced = spec.at("type").text === "LoadBalancer";
  const only = "may only be used when `type` is 'LoadBalancer'";
  const ranges = spec.called("LoadBalancerSourceRanges", spec.at("loadBalancerSourceRanges").value);
  const annotation = service.at("metadata", "annotations").entry(rangesAnnotation);
  if (ranges.size > 0) {
    if (!isBalanced) ranges.forbidden(only);
    const before = texts(at(stored, "spec"), "loadBalancerSourceRanges").map((range) => range.trim());
    for (const range of ranges.items()) checkNetwork(range, before, range.text.trim());
  } else if (annotation.isSet) {
    if (!isBalanced) annotation.forbidden(only);
    const isSame = text(at(stored, "metadata", "annotations"), rangesAnnotation) === annotation.text;
    const value = annotation.text.trim();
    if ((stored === undefined || !isSame) && value !== "") {
      for (const range of value.split(",")) checkNetwork(annotation, [], range.trim());
    }
  }
  const allocates = spec.at("allocateLoadBalancerNodePorts");
  if (allocates.isSet && !isBalanced) allocates.forbidden(only);
  const balancer = spec.at("loadBalancerClass");
  if (balancer.isSet && isBalanced) balancer.follows(qualifiedName);
  else if (balancer.isSet) balancer.forbidden(only);
}

/** Tells whether something outside of the cluster reaches a Service. */
export function isExternallyReached(spec: Fields): boolean {
  const type = text(spec, "type");
  const hasAddresses = texts(spec, "externalIPs").length > 0;
  return type === "LoadBalancer" || type === "NodePort" || (type === "ClusterIP" && hasAddresses);
}

/** Tells whether a balancer asks the nodes whether they have Pods of a Service. */
export function needsHealthCheck(spec: Fields): boolean {
  return text(spec, "type") === "LoadBalancer" && text(spec, "externalTrafficPolicy") === "Local";
}

const policies = ["Cluster", "Local"];

function checkTraffic(spec: Place): void {
  const outside = spec.at("externalTrafficPolicy");
  if (isExternallyReached(spec.fields as Fields)) outside.needsOneOf(policies);
  else if (outside.text !== "") outside.invalid("may only be set for externally-accessible services");
  const health = spec.at("healthCheckNodePort");
  if (needsHealthCheck(spec.fields as Fields)) {
    if (health.number === 0) health.required();
    else for (const fault of portNumber(health.number)) health.invalid(fault);
  } else if (health.number !== 0) {
    health.invalid("may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'");
  }
  const inside = spec.at("internalTrafficPolicy");
  const type = spec.at("type").text;
  if (inside.isSet) inside.isOneOf(policies);
  else if (types.includes(type) && type !== "ExternalName") inside.required();
  const distribution = spec.at("trafficDistribution");
  if (distribution.isSet) distribution.isOneOf(["PreferClose", "PreferSameZone", "PreferSameNode"]);
}

/** What an update of a Service may not change. */
export function validateServiceUpdate(service: Fields, stored: Fields): readonly FieldFault[] {
  const before = at(stored, "spec");
  return faultsAt("spec", service["spec"], (spec) => {
    checkAddressesKept(spec, before);
    const balancer = spec.at("loadBalancerClass");
    const stays = spec.at("type").text === "LoadBalancer" && text(before, "type") === "LoadBalancer";
    if (stays && balancer.value !== before["loadBalancerClass"]) {
      balancer.invalid("may not change once set", balancer.value ?? null);
    }
    const health = spec.at("healthCheckNodePort");
    const isChecked = needsHealthCheck(before) && needsHealthCheck(spec.fields as Fields);
    if (isChecked && health.value !== before["healthCheckNodePort"]) health.forbidden("field is immutable");
  });
}

/** Everything wrong with what a balancer says of a Service. */
export function validateServiceStatus(service: Fields, stored: Fields): readonly FieldFault[] {
  const before = at(stored, "status", "loadBalancer")["ingress"];
  const held = Array.isArray(before)
    ? before.map((entry) => text(entry as Fields, "ip")).filter(Boolean)
    : [];
  return faultsAt("status.loadBalancer.ingress", at(service, "status", "loadBalancer")["ingress"], (list) => {
    if (at(service, "spec")["type"] !== "LoadBalancer") {
      if (list.size > 0) list.forbidden("may only be used when `spec.type` is 'LoadBalancer'");
      return;
    }
    for (const entry of list.items()) checkIngress(entry, held);
  });
}

function checkIngress(entry: Place, held: readonly string[]): void {
  const ip = entry.at("ip");
  const mode = entry.at("ipMode");
  const host = entry.at("hostname");
  if (ip.text !== "") checkAddress(ip, held);
  if (!mode.isSet) {
    if (ip.text !== "") mode.required("must be specified when `ip` is set");
  } else if (ip.text === "") mode.forbidden("may not be specified when `ip` is not set");
  else mode.isOneOf(["Proxy", "VIP"]);
  if (host.text === "") return;
  host.follows(dnsSubdomain);
  if (/^\d+\.\d+\.\d+\.\d+$/.test(host.text)) host.invalid("must be a DNS name, not an IP address");
}
