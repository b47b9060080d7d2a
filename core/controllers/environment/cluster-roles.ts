import type { OrganizationRole } from "@catalyst/model/role";
import type { KubeObject } from "@catalyst/ports/kubernetes";

/** The group of those who only look into a cluster. */
export const readersGroup = "catalyst:readers";

/** The group by which a role, with a token of that scope, is known in an Environment's cluster. */
export function clusterGroup(role: OrganizationRole, scope: "read" | "write"): string {
  return scope === "read" && role in clusterRoles ? readersGroup : `catalyst:${role}`;
}

/** Kubernetes' own roles that ours carry; kubectl is for those who develop (facts: surfaces). */
const clusterRoles: Readonly<Partial<Record<OrganizationRole, string>>> = {
  "org-admin": "admin",
  "org-developer": "edit",
  "security-officer": "view",
};

/** The bindings that let an Organization's members work in an Environment's cluster with kubectl. */
export function memberBindings(labels: Readonly<Record<string, string>>): KubeObject[] {
  const members = Object.entries(clusterRoles).map(
    ([role, clusterRole]) => [`catalyst:${role}`, clusterRole] as const,
  );
  return [...members, [readersGroup, "view"] as const].map(([group, clusterRole]) => ({
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRoleBinding",
    metadata: { name: group, labels },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: clusterRole },
    subjects: [{ apiGroup: "rbac.authorization.k8s.io", kind: "Group", name: group }],
  }));
}
