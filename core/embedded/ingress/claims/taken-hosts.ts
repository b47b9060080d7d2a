import { type ClusterName, type Lease, leases, managementCluster } from "@catalyst/ports/kubernetes";
import type { Trigger } from "@catalyst/reconciler";
import type { HostPattern } from "../routing/host.ts";
import type { RouteTable } from "../routing/route-table.ts";
import { claimOf, ownerBefore } from "./claim.ts";
import { claimNamespace, type HostClaims } from "./host-claims.ts";

/** Those of a cluster's hosts that are another one's. */
export function takenHosts(
  claims: HostClaims,
  cluster: ClusterName,
  hosts: readonly HostPattern[],
): readonly HostPattern[] {
  const all = claims.all();
  return hosts.filter((host) => ownerBefore(cluster, host, all) !== undefined);
}

/** Says that a host is taken; by whom is nobody else's business. */
export function takenText(host: HostPattern): string {
  const shown = host.replace(/^\*\*\./, "*.");
  return `The host ${shown} belongs to another cluster, which named it first; requests for it don't come here.`;
}

/** Wakes the objects that name a host when it changes hands. */
export function claimTrigger(kind: string, table: RouteTable): Trigger {
  const requests: Trigger<Lease>["requests"] = (cluster, lease) => {
    if (cluster !== managementCluster || lease.metadata.namespace !== claimNamespace) return [];
    const host = claimOf(lease)?.host;
    if (host === undefined) return [];
    return table
      .sources(host)
      .filter(({ source }) => source.kind === kind)
      .map(({ cluster: other, source: { namespace, name } }) => ({ cluster: other, namespace, name }));
  };
  return { type: leases, requests } as Trigger<Lease> as unknown as Trigger;
}
