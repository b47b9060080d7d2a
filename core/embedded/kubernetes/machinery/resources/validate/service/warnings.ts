import { addressWarnings, networkWarnings } from "../../../validate/addresses.ts";
import { at, each, type Fields, text, texts } from "../../fields.ts";

const hints = "service.kubernetes.io/topology-aware-hints";

/** What a writer of a Service is told. Source: Kubernetes' `pkg/api/service/warnings.go`. */
export function serviceWarnings(service: Fields): readonly string[] {
  const spec = at(service, "spec");
  const type = text(spec, "type");
  const external = texts(spec, "externalIPs");
  const isHeadless = type === "ClusterIP" && text(spec, "clusterIP") === "None";
  const isExternal = type === "ExternalName";
  const when = (isSo: boolean, warning: string) => (isSo ? [warning] : []);
  const hasAddress = !["", "None"].includes(text(spec, "clusterIP"));
  const preferred = JSON.stringify("PreferClose");
  return [
    ...when(
      at(service, "metadata", "annotations")[hints] !== undefined,
      `annotation ${hints} is deprecated, please use service.kubernetes.io/topology-mode instead`,
    ),
    ...(hasAddress ? listWarnings(spec, "clusterIPs") : []),
    ...when(
      isHeadless && text(spec, "loadBalancerIP") !== "",
      "spec.loadBalancerIP is ignored for headless services",
    ),
    ...when(isHeadless && external.length > 0, "spec.externalIPs is ignored for headless services"),
    ...when(
      isHeadless && text(spec, "sessionAffinity") !== "None",
      "spec.SessionAffinity is ignored for headless services",
    ),
    ...listWarnings(spec, "externalIPs"),
    ...when(
      external.length > 0 && !isHeadless && !isExternal,
      "spec.externalIPs is deprecated and may no longer be implemented in some clusters",
    ),
    ...addressWarnings("spec.loadBalancerIP", text(spec, "loadBalancerIP")),
    ...texts(spec, "loadBalancerSourceRanges").flatMap((range, index) =>
      networkWarnings(`spec.loadBalancerSourceRanges[${index}]`, range),
    ),
    ...when(
      isExternal && external.length > 0,
      'spec.externalIPs is ignored when spec.type is "ExternalName"',
    ),
    ...when(
      !isExternal && text(spec, "externalName") !== "",
      'spec.externalName is ignored when spec.type is not "ExternalName"',
    ),
    ...when(
      text(spec, "trafficDistribution") === "PreferClose",
      `spec.trafficDistribution: ${preferred} is deprecated; use "PreferSameZone"`,
    ),
  ];
}

function listWarnings(spec: Fields, key: string): readonly string[] {
  return texts(spec, key).flatMap((address, index) => addressWarnings(`spec.${key}[${index}]`, address));
}

/** What is said of addresses that a balancer was given. */
export function balancerWarnings(service: Fields): readonly string[] {
  return each(at(service, "status", "loadBalancer"), "ingress").flatMap((entry, index) =>
    addressWarnings(`status.loadBalancer.ingress[${index}]`, text(entry, "ip")),
  );
}

/** What a writer of Endpoints is told; the controller that makes them needn't be. */
export function endpointsWarnings(endpoints: Fields): readonly string[] {
  const manager = at(endpoints, "metadata", "labels")["endpoints.kubernetes.io/managed-by"];
  if (manager === "endpoint-controller") return [];
  return each(endpoints, "subsets").flatMap((subset, index) =>
    ["addresses", "notReadyAddresses"].flatMap((list) =>
      each(subset, list).flatMap((address, at) =>
        addressWarnings(`subsets[${index}].${list}[${at}].ip`, text(address, "ip")),
      ),
    ),
  );
}
