import {
  endpointSlices,
  type Ingress,
  type IngressClass,
  ingressClasses,
  ingresses,
  nodes,
  pods,
  type ResourceType,
  services,
} from "@catalyst/ports/kubernetes";
import { type Controller, type ReconcileContext, recordEvent, type Trigger } from "@catalyst/reconciler";
import type { HostClaims } from "../claims/host-claims.ts";
import { claimTrigger, takenHosts, takenText } from "../claims/taken-hosts.ts";
import { className } from "../names.ts";
import type { RouteTable } from "../routing/route-table.ts";
import { ownerOf, problemsOf, rulesOfIngress } from "./ingress-rules.ts";

/** Kinds that requests are answered from by the cache; their changes need no work. */
const read: readonly ResourceType[] = [services, endpointSlices, pods, nodes];
const onlyCached: readonly Trigger[] = read.map((type) => ({ type, requests: () => [] }));

const classChanges: Trigger<IngressClass> = {
  type: ingressClasses,
  requests: (cluster, { metadata }, _previous, cache) =>
    cache
      .list<Ingress>(cluster, ingresses)
      .filter((ingress) => ingress.spec?.ingressClassName === metadata.name)
      .map((ingress) => ({ cluster, namespace: ingress.metadata.namespace, name: ingress.metadata.name })),
};

export interface IngressControllerOptions {
  readonly table: RouteTable;
  readonly claims: HostClaims;
}

/**
 * Keeps the rules of Ingress objects, and says in their status that they are served, which is what installers wait
 * for. One whose hosts are all another cluster's isn't.
 */
export function ingressController(options: IngressControllerOptions): Controller<Ingress> {
  /** The warnings of each Ingress that were told, so that each is told once. */
  const told = new Map<string, string>();
  return {
    name: "ingress",
    type: ingresses,
    triggers: [...onlyCached, classChanges as Trigger, claimTrigger(ingresses.kind, options.table)],
    reconcile: async (request, context) => {
      options.claims.use(context.cache);
      const ingress = context.object;
      const isGone = ingress === undefined || ingress.metadata.deletionTimestamp !== undefined;
      const owner = isGone ? "nobody's" : ownerOf(context.cache, request.cluster, ingress);
      const rules = isGone || owner !== "ours" ? [] : rulesOfIngress(ingress);
      const source = { kind: ingresses.kind, namespace: request.namespace ?? "default", name: request.name };
      const hosts = options.table.set(request.cluster, source, rules);
      for (const host of hosts) await options.claims.settle(host, () => options.table.claimants(host));
      const key = `${request.cluster}/${request.namespace}/${request.name}`;
      if (isGone || owner === "another's") {
        told.delete(key);
        return { outcome: "settled" };
      }
      const own = [...new Set(rules.flatMap((rule) => rule.hosts))];
      const taken = takenHosts(options.claims, request.cluster, own);
      const isServed = owner === "ours" && (own.length === 0 || taken.length < own.length);
      await sayServed(ingress, isServed, request.cluster, context);
      const warnings = [
        ...taken.map((host) => ["HostTaken", takenText(host)] as const),
        ...problemsOf(rules).map((problem) => ["BackendNotSupported", problem] as const),
        ...(owner === "nobody's" ? [["IngressClassNotFound", unknownClass(ingress)] as const] : []),
      ];
      if (told.get(key) === warnings.join()) return { outcome: "settled" };
      told.set(key, warnings.join());
      await warn(ingress, warnings, request.cluster, context);
      return { outcome: "settled" };
    },
  };
}

function unknownClass(ingress: Ingress): string {
  return `No IngressClass ${ingress.spec?.ingressClassName} is here; this Sovereign's own is ${className}.`;
}

async function sayServed(
  ingress: Ingress,
  isServed: boolean,
  cluster: string,
  { clusters }: ReconcileContext<Ingress>,
): Promise<void> {
  const said = ingress.status?.loadBalancer?.ingress ?? [];
  if (isServed ? said[0]?.hostname === "localhost" : said.length === 0) return;
  const { namespace, name } = ingress.metadata;
  await clusters
    .client(cluster)
    .mergePatch(
      ingresses,
      { namespace, name },
      { status: { loadBalancer: { ingress: isServed ? [{ hostname: "localhost" }] : null } } },
      { subresource: "status" },
    );
}

/** An Event for each thing that is wrong. */
async function warn(
  ingress: Ingress,
  warnings: readonly (readonly [string, string])[],
  cluster: string,
  { clusters, clock }: ReconcileContext<Ingress>,
): Promise<void> {
  for (const [reason, message] of warnings)
    await recordEvent(clusters.client(cluster), clock, "ingress", ingress, {
      type: "Warning",
      reason,
      message,
    });
}
