import type { KubeObject } from "@catalyst/ports/kubernetes";

/** Names an object of any kind; the version is the one it was written with. */
export interface ObjectId {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

export function objectIdOf(object: KubeObject): ObjectId {
  const slash = object.apiVersion.indexOf("/");
  return {
    group: slash < 0 ? "" : object.apiVersion.slice(0, slash),
    version: object.apiVersion.slice(slash + 1),
    kind: object.kind,
    namespace: object.metadata.namespace ?? "",
    name: object.metadata.name,
  };
}

/** `group/version`, or the version alone. */
export function apiVersionOf(id: Pick<ObjectId, "group" | "version">): string {
  return id.group === "" ? id.version : `${id.group}/${id.version}`;
}

/** An object as messages name it: `Deployment/blog/wordpress`, `Namespace/blog`. */
export function subjectOf(id: Pick<ObjectId, "kind" | "namespace" | "name">): string {
  return id.namespace === "" ? `${id.kind}/${id.name}` : `${id.kind}/${id.namespace}/${id.name}`;
}

/** An object's entry in an inventory: `<namespace>_<name>_<group>_<kind>`, with `__` for a colon in a name. */
export function inventoryId(id: ObjectId): string {
  return [id.namespace, id.name.replaceAll(":", "__"), id.group, id.kind].join("_");
}

/** Reads an inventory's entry; undefined when it is none. */
export function parseInventoryEntry(entry: {
  readonly id: string;
  readonly v: string;
}): ObjectId | undefined {
  const first = entry.id.indexOf("_");
  const kindAt = entry.id.lastIndexOf("_");
  const groupAt = entry.id.lastIndexOf("_", kindAt - 1);
  if (first < 0 || groupAt <= first) return undefined;
  return {
    namespace: entry.id.slice(0, first),
    name: entry.id.slice(first + 1, groupAt).replaceAll("__", ":"),
    group: entry.id.slice(groupAt + 1, kindAt),
    kind: entry.id.slice(kindAt + 1),
    version: entry.v,
  };
}

/** Kinds applied first and last, so that what others need is there. Source: Flux's ReconcileOrder. */
const first = [
  "CustomResourceDefinition",
  "Namespace",
  "ClusterRole",
  "ClusterClass",
  "RuntimeClass",
  "PriorityClass",
  "StorageClass",
  "VolumeSnapshotClass",
  "IngressClass",
  "GatewayClass",
  "ClusterRoleBinding",
  "ResourceQuota",
  "ServiceAccount",
  "Role",
  "RoleBinding",
  "ConfigMap",
  "Secret",
  "Service",
  "LimitRange",
  "Deployment",
  "StatefulSet",
  "CronJob",
  "PodDisruptionBudget",
];
const last = ["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"];

const rank = new Map<string, number>([
  ...first.map((kind, index): [string, number] => [kind, index - first.length]),
  ...last.map((kind, index): [string, number] => [kind, index + 1]),
]);

/** Orders objects as they are applied; deletion takes the reverse. */
export function compareForApply(a: ObjectId, b: ObjectId): number {
  const byRank = (rank.get(a.kind) ?? 0) - (rank.get(b.kind) ?? 0);
  if (byRank !== 0) return byRank;
  return (
    compare(a.group, b.group) ||
    compare(a.kind, b.kind) ||
    compare(a.namespace, b.namespace) ||
    compare(a.name, b.name)
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Kinds that others are made of or stand in: applied and waited for before the rest. */
export function isDefinition(id: ObjectId): boolean {
  return ["CustomResourceDefinition", "Namespace", "ClusterRole"].includes(id.kind);
}

/** `StorageClass` and the like: applied second. */
export function isClass(id: ObjectId): boolean {
  return id.kind.endsWith("Class");
}
