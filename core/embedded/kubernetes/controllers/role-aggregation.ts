import { isDeepStrictEqual } from "node:util";
import type { KubeObject } from "@catalyst/ports/kubernetes";
import { rulesOf } from "../access/bindings.ts";
import { rbacGroup } from "../access/default-roles.ts";
import type { PolicyRule } from "../access/rules.ts";
import type { Cluster } from "../cluster/cluster.ts";
import { labelSelectorOf } from "../machinery/index.ts";
import type { Change } from "../storage/change.ts";
import { amend } from "../verbs/amend.ts";
import { ServerController } from "./server-controller.ts";

const clusterRoles = { group: rbacGroup, plural: "clusterroles", namespaced: false };
const resource = `${rbacGroup}/clusterroles`;

/** Keeps in a ClusterRole with an aggregationRule the rules of those it selects. */
export class RoleAggregation extends ServerController<[name: string]> {
  begin(cluster: Cluster): void {
    // the roles every cluster begins with are whole already
    const own = this.scope.parts.storage.collectionsOf(cluster.name);
    if (own.some((collection) => collection.resource === resource)) this.#look(cluster);
  }

  see(change: Change, cluster: Cluster): void {
    if (change.collection.resource === resource) this.#look(cluster);
  }

  #look(cluster: Cluster): void {
    for (const { object } of cluster.list(resource, false)) {
      if (selectorsOf(object).length > 0) this.add(cluster, object.metadata.name);
    }
  }

  protected async reconcile(cluster: Cluster, name: string): Promise<void> {
    await amend(this.scope.parts, cluster, clusterRoles, { name }, (role) => {
      const rules = aggregated(cluster, role);
      return rules === undefined || isDeepStrictEqual(rules, rulesOf(role)) ? role : { ...role, rules };
    });
  }
}

/** The rules a role gathers, each once, in the order of its selectors and the roles' names. */
function aggregated(cluster: Cluster, role: KubeObject): readonly PolicyRule[] | undefined {
  const selectors = selectorsOf(role);
  if (selectors.length === 0) return undefined;
  const rules = selectors.flatMap((selector) => {
    const selects = labelSelectorOf(selector);
    return cluster
      .list(resource, false)
      .map((entry) => entry.object)
      .filter(({ metadata }) => metadata.name !== role.metadata.name && selects.matches(metadata.labels))
      .flatMap(rulesOf);
  });
  return rules.filter((rule, index) => rules.findIndex((other) => isDeepStrictEqual(rule, other)) === index);
}

function selectorsOf(role: KubeObject): readonly unknown[] {
  const rule = role["aggregationRule"] as { readonly clusterRoleSelectors?: readonly unknown[] } | undefined;
  return rule?.clusterRoleSelectors ?? [];
}
