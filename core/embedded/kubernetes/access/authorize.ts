import { isObject } from "@catalyst/base/json";
import type { KubeObject } from "@catalyst/ports/kubernetes";
import type { Cluster } from "../cluster/cluster.ts";
import { labelSelectorOf } from "../machinery/index.ts";
import type { Attributes } from "./attributes.ts";
import { type PolicyRule, ruleAllows } from "./rules.ts";
import { mastersGroup, serviceAccountName, type User } from "./user.ts";

const group = "rbac.authorization.k8s.io";

/** A rule that holds for a user, and where: the whole cluster, or one namespace. */
export interface GrantedRule {
  readonly rule: PolicyRule;
  readonly namespace: string | undefined;
}

/** Whether the cluster's roles allow what is asked for. What no rule allows is denied. */
export function isAllowed(cluster: Cluster, attributes: Attributes): boolean {
  if (attributes.user.groups.includes(mastersGroup)) return true;
  const namespace = "path" in attributes ? "" : attributes.namespace;
  for (const { rule } of grantedRules(cluster, attributes.user, namespace)) {
    if (ruleAllows(rule, attributes)) return true;
  }
  return false;
}

/** The rules that hold for a user in the whole cluster, and in `namespace` unless that is empty. */
export function* grantedRules(cluster: Cluster, user: User, namespace: string): Iterable<GrantedRule> {
  for (const { object } of cluster.list(`${group}/clusterrolebindings`, false)) {
    if (!bindsUser(object, user, undefined)) continue;
    for (const rule of referencedRules(cluster, object, undefined)) yield { rule, namespace: undefined };
  }
  if (namespace === "") return;
  for (const { object } of cluster.list(`${group}/rolebindings`, true, namespace)) {
    if (!bindsUser(object, user, namespace)) continue;
    for (const rule of referencedRules(cluster, object, namespace)) yield { rule, namespace };
  }
}

function bindsUser(binding: KubeObject, user: User, namespace: string | undefined): boolean {
  const subjects = Array.isArray(binding["subjects"]) ? binding["subjects"] : [];
  return subjects.some((subject: Record<string, string>) => {
    switch (subject["kind"]) {
      case "User":
        return subject["name"] === user.name;
      case "Group":
        return user.groups.includes(subject["name"]!);
      case "ServiceAccount":
        return serviceAccountName(subject["namespace"] ?? namespace ?? "", subject["name"]!) === user.name;
      default:
        return false;
    }
  });
}

/** The rules of the role a binding refers to; a role that isn't there has none. */
function referencedRules(
  cluster: Cluster,
  binding: KubeObject,
  namespace: string | undefined,
): readonly PolicyRule[] {
  const reference = binding["roleRef"] as { readonly kind?: string; readonly name?: string } | undefined;
  if (reference?.name === undefined) return [];
  if (reference.kind === "Role" && namespace !== undefined) {
    return rulesOf(cluster.find(`${group}/roles`, namespace, reference.name));
  }
  if (reference.kind !== "ClusterRole") return [];
  return clusterRoleRules(cluster, reference.name);
}

/** All rules of a ClusterRole, those of the roles it aggregates included. */
export function clusterRoleRules(cluster: Cluster, name: string): readonly PolicyRule[] {
  const role = cluster.find(`${group}/clusterroles`, undefined, name);
  return role === undefined ? [] : collectRules(cluster, role, new Set());
}

function collectRules(cluster: Cluster, role: KubeObject, seen: Set<KubeObject>): readonly PolicyRule[] {
  if (seen.has(role)) return [];
  seen.add(role);
  return [
    ...rulesOf(role),
    ...aggregatedRoles(cluster, role).flatMap((other) => collectRules(cluster, other, seen)),
  ];
}

function rulesOf(role: KubeObject | undefined): readonly PolicyRule[] {
  return Array.isArray(role?.["rules"]) ? (role["rules"] as PolicyRule[]) : [];
}

/** The roles that a role's aggregationRule selects. */
function aggregatedRoles(cluster: Cluster, role: KubeObject): readonly KubeObject[] {
  const aggregation = role["aggregationRule"];
  if (!isObject(aggregation) || !Array.isArray(aggregation["clusterRoleSelectors"])) return [];
  const selectors = aggregation["clusterRoleSelectors"].map(labelSelectorOf);
  return cluster
    .list(`${group}/clusterroles`, false)
    .map((entry) => entry.object)
    .filter((object) => selectors.some((selector) => selector.matches(object.metadata.labels)));
}
