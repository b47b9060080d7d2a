import { groupVersionOf, type KubeResource } from "./resource.ts";

/** Which kinds come first and last: Kustomize's fixed order (`legacy`), or a kustomization's own. */
export interface KindOrder {
  readonly first: readonly string[];
  readonly last: readonly string[];
}

/** Source: Kustomize's SortOrderTransformer. */
export const legacyOrder: KindOrder = {
  first: [
    "Namespace",
    "ResourceQuota",
    "StorageClass",
    "CustomResourceDefinition",
    "ServiceAccount",
    "PodSecurityPolicy",
    "Role",
    "ClusterRole",
    "RoleBinding",
    "ClusterRoleBinding",
    "ConfigMap",
    "Secret",
    "Endpoints",
    "Service",
    "LimitRange",
    "PriorityClass",
    "PersistentVolume",
    "PersistentVolumeClaim",
    "Deployment",
    "StatefulSet",
    "CronJob",
    "PodDisruptionBudget",
  ],
  last: ["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"],
};

/** Sorts objects by kind, then group and version, then namespace and name, as Kustomize does. */
export function sortResources(
  resources: readonly KubeResource[],
  order: KindOrder = legacyOrder,
): readonly KubeResource[] {
  const rank = new Map<string, number>([
    ...order.first.map((kind, index): [string, number] => [kind, index - order.first.length]),
    ...order.last.map((kind, index): [string, number] => [kind, index + 1]),
  ]);
  const keyed = resources.map((resource) => ({
    resource,
    rank: rank.get(resource.kind) ?? 0,
    type: typeKey(resource),
    name: `${resource.metadata.namespace || "~X"}|${resource.metadata.name}`,
  }));
  keyed.sort((a, b) => a.rank - b.rank || compare(a.type, b.type) || compare(a.name, b.name));
  return keyed.map((item) => item.resource);
}

function typeKey(resource: KubeResource): string {
  const { group, version } = groupVersionOf(resource.apiVersion);
  return `${group === "" ? "~G" : group}_${version}_${resource.kind}`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
