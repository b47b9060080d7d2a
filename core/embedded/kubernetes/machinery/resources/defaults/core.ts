import { at, each, ensure, type Fields, fill, text, texts } from "../fields.ts";
import { defaultPod, defaultPodTemplate, roundResources, statedDefaults } from "./pod.ts";
import type { Defaults } from "./types.ts";

/** Source of the rules: Kubernetes' core/v1 defaulting. */
export const coreDefaults: Defaults = {
  Pod: defaultPod,
  PodTemplate: defaultPodTemplate,
  Service: defaultService,
  Secret: defaultSecret,
  Namespace: defaultNamespace,
  Node: defaultNode,
  Endpoints: defaultEndpoints,
  LimitRange: (range) => each(at(range, "spec"), "limits").forEach(defaultLimit),
  ReplicationController: defaultReplicationController,
  PersistentVolume: defaultPersistentVolume,
  PersistentVolumeClaim: defaultPersistentVolumeClaim,
  ResourceQuota: (quota) => roundResources(at(quota, "spec", "hard")),
};

function defaultService(service: Fields): void {
  const spec = ensure(service, "spec");
  fill(spec, "sessionAffinity", "None");
  fill(spec, "type", "ClusterIP");
  if (spec["sessionAffinity"] === "None") delete spec["sessionAffinityConfig"];
  if (spec["sessionAffinity"] === "ClientIP") {
    fill(ensure(ensure(spec, "sessionAffinityConfig"), "clientIP"), "timeoutSeconds", 10800);
  }
  for (const port of each(spec, "ports")) {
    fill(port, "protocol", "TCP");
    if (port["targetPort"] === undefined || port["targetPort"] === 0 || port["targetPort"] === "") {
      port["targetPort"] = port["port"];
    }
  }
  const type = text(spec, "type");
  const balanced = type === "LoadBalancer";
  if (balanced || type === "NodePort" || (type === "ClusterIP" && hasExternalIPs(spec))) {
    fill(spec, "externalTrafficPolicy", "Cluster");
  }
  if (type !== "ExternalName") fill(spec, "internalTrafficPolicy", "Cluster");
  if (!balanced) return;
  fill(spec, "allocateLoadBalancerNodePorts", true);
  for (const ingress of each(at(service, "status", "loadBalancer"), "ingress")) {
    if (text(ingress, "ip") !== "") fill(ingress, "ipMode", "VIP");
  }
}

function hasExternalIPs(spec: Fields): boolean {
  return Array.isArray(spec["externalIPs"]) && spec["externalIPs"].length > 0;
}

/** `stringData` is write-only: it goes into `data`, encoded. */
function defaultSecret(secret: Fields): void {
  fill(secret, "type", "Opaque");
  const plain = at(secret, "stringData");
  delete secret["stringData"];
  const entries = Object.entries(plain);
  if (entries.length === 0) return;
  const encoded = entries.map(([key, value]) => [key, Buffer.from(String(value)).toString("base64")]);
  secret["data"] = { ...at(secret, "data"), ...Object.fromEntries(encoded) };
}

function defaultNamespace(namespace: Fields): void {
  const metadata = at(namespace, "metadata");
  const name = text(metadata, "name");
  if (name !== "") ensure(metadata, "labels")["kubernetes.io/metadata.name"] = name;
  fill(ensure(namespace, "status"), "phase", "Active");
}

function defaultNode(node: Fields): void {
  pairUp(ensure(node, "spec"), "podCIDR", "podCIDRs");
  const status = at(node, "status");
  roundResources(at(status, "capacity"));
  roundResources(at(status, "allocatable"));
  if (status["capacity"] !== undefined) fill(status, "allocatable", { ...at(status, "capacity") });
}

/** A field that became a list: the two forms say the same. */
function pairUp(object: Fields, one: string, many: string): void {
  const list = texts(object, many);
  const single = text(object, one);
  // Of two that say otherwise, the older counts.
  if (single !== "" && list[0] !== single) object[many] = [single];
  else if (list.length > 0) object[one] = list[0];
}

function defaultEndpoints(endpoints: Fields): void {
  for (const subset of each(endpoints, "subsets")) {
    for (const port of each(subset, "ports")) fill(port, "protocol", "TCP");
  }
}

function defaultLimit(limit: Fields): void {
  if (limit["type"] !== "Container") return;
  const standard = { ...at(limit, "max"), ...at(limit, "default") };
  const request = { ...at(limit, "min"), ...standard, ...at(limit, "defaultRequest") };
  if (Object.keys(standard).length > 0) limit["default"] = standard;
  if (Object.keys(request).length > 0) limit["defaultRequest"] = request;
}

function defaultReplicationController(controller: Fields): void {
  const spec = ensure(controller, "spec");
  fill(spec, "replicas", 1);
  defaultPodTemplate(spec);
  const labels = at(spec, "template", "metadata", "labels");
  if (Object.keys(labels).length === 0) return;
  if (Object.keys(at(spec, "selector")).length === 0) spec["selector"] = { ...labels };
  const metadata = at(controller, "metadata");
  if (Object.keys(at(metadata, "labels")).length === 0) metadata["labels"] = { ...labels };
}

function defaultPersistentVolume(volume: Fields): void {
  const spec = ensure(volume, "spec");
  fill(ensure(volume, "status"), "phase", "Pending");
  fill(spec, "persistentVolumeReclaimPolicy", "Retain");
  fill(spec, "volumeMode", "Filesystem");
  if (spec["hostPath"] !== undefined) fill(at(spec, "hostPath"), "type", "");
  if (spec["azureFile"] !== undefined) fill(at(spec, "azureFile"), "secretNamespace", null);
  for (const source of Object.keys(spec)) statedDefaults("PersistentVolumeSpec", source, at(spec, source));
}

/** Also used for the templates of a StatefulSet. */
export function defaultPersistentVolumeClaim(claim: Fields): void {
  fill(ensure(claim, "status"), "phase", "Pending");
  fill(ensure(claim, "spec"), "volumeMode", "Filesystem");
}
