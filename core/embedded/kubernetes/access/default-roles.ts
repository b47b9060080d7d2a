import { recordedEntries } from "../cluster/recorded-entries.ts";
import type { SharedEntries } from "../storage/storage.ts";

export const rbacGroup = "rbac.authorization.k8s.io";

const kinds = {
  clusterroles: "ClusterRole",
  clusterrolebindings: "ClusterRoleBinding",
  roles: "Role",
  rolebindings: "RoleBinding",
};

/** The roles and bindings every cluster begins with. All clusters share them until one changes its own. */
export function defaultRoles(createdAt: string): SharedEntries {
  return recordedEntries("default-roles.generated.json", rbacGroup, kinds, createdAt);
}
