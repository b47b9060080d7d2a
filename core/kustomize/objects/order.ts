import type { Item, ObjectId } from "./item.ts";

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

/** Gives each kind that an order names its rank: below 0 comes first, above 0 last. */
export function ranksOf({ first, last }: KindOrder): ReadonlyMap<string, number> {
  return new Map<string, number>([
    ...first.map((kind, index): [string, number] => [kind, index - first.length]),
    ...last.map((kind, index): [string, number] => [kind, index + 1]),
  ]);
}

/** Sorts objects by kind, then group and version, then namespace and name, as Kustomize does. */
export function sortItems(items: readonly Item[], order: KindOrder = legacyOrder): readonly Item[] {
  const ranks = ranksOf(order);
  const keyed = items.map((item) => {
    const { id } = item;
    const name = `${gvkName(id)}|${id.namespace || "~X"}|${id.name || "~N"}`;
    return { item, rank: ranks.get(id.kind) ?? 0, kind: id.kind, type: typeKey(id), name };
  });
  keyed.sort((a, b) => {
    if (a.rank !== b.rank) return a.rank - b.rank;
    // Of two groups' kind Namespace, Kubernetes' own comes first.
    const byType = compare(a.type, b.type);
    if (byType !== 0) return a.kind === "Namespace" && b.kind === "Namespace" ? -byType : byType;
    return compare(a.name, b.name);
  });
  return keyed.map(({ item }) => item);
}

function typeKey({ group, version, kind }: ObjectId): string {
  return `${group || "~G"}_${version || "~V"}_${kind}`;
}

function gvkName({ group, version, kind }: ObjectId): string {
  return `${kind}.${version || "[noVer]"}.${group || "[noGrp]"}`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
