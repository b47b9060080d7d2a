/** The order in which Helm deletes kinds: what others need goes last, and kinds it doesn't know go after all others. */
const uninstallOrder: ReadonlyMap<string, number> = new Map(
  [
    "ValidatingWebhookConfiguration",
    "MutatingWebhookConfiguration",
    "APIService",
    "Ingress",
    "IngressClass",
    "Service",
    "CronJob",
    "Job",
    "StatefulSet",
    "HorizontalPodAutoscaler",
    "Deployment",
    "ReplicaSet",
    "ReplicationController",
    "Pod",
    "DaemonSet",
    "RoleBindingList",
    "RoleBinding",
    "RoleList",
    "Role",
    "ClusterRoleBindingList",
    "ClusterRoleBinding",
    "ClusterRoleList",
    "ClusterRole",
    "CustomResourceDefinition",
    "PersistentVolumeClaim",
    "PersistentVolume",
    "StorageClass",
    "ConfigMap",
    "SecretList",
    "Secret",
    "ServiceAccount",
    "PodDisruptionBudget",
    "PodSecurityPolicy",
    "LimitRange",
    "ResourceQuota",
    "NetworkPolicy",
    "Namespace",
    "PriorityClass",
  ].map((kind, index) => [kind, index]),
);

/** Sorts objects as Helm deletes them; those of one kind stay as they were. */
export function inUninstallOrder<T extends { readonly kind: string }>(objects: readonly T[]): T[] {
  const rank = ({ kind }: T) => uninstallOrder.get(kind) ?? uninstallOrder.size;
  return [...objects].sort((a, b) => {
    if (rank(a) !== rank(b)) return rank(a) - rank(b);
    return rank(a) < uninstallOrder.size || a.kind === b.kind ? 0 : a.kind < b.kind ? -1 : 1;
  });
}
