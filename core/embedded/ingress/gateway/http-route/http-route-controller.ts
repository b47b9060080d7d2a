import { jsonEqual } from "@catalyst/base/json";
import {
  type Gateway,
  gateways,
  type HttpRoute,
  httpRoutes,
  type KubeObject,
  keyOf,
  namespaces,
  type ParentReference,
} from "@catalyst/ports/kubernetes";
import type { Controller, ObjectCache, ReconcileRequest } from "@catalyst/reconciler";
import type { HostClaims } from "../../claims/host-claims.ts";
import { claimTrigger, takenHosts, takenText } from "../../claims/taken-hosts.ts";
import type { RouteTable } from "../../routing/route-table.ts";
import type { Rule } from "../../routing/rule.ts";
import type { Attachments } from "../attachments.ts";
import { fails, holds } from "../condition.ts";
import { isOurClass } from "../gateway-class.ts";
import { listenersOf } from "../gateway-controller.ts";
import { refusalOf } from "../gateway-status.ts";
import { type Attachment, attach, gatewayKeyOf } from "./attach.ts";
import { BackendResolver } from "./backends.ts";
import { httpRouteStatus, type ParentConditions } from "./http-route-status.ts";
import { type RulePart, rulePartsOf, rulesAt, UnsupportedRoute } from "./rules.ts";
import { ServiceUsers } from "./service-users.ts";
import { httpRouteTriggers } from "./triggers.ts";

export interface HttpRouteControllerOptions {
  readonly table: RouteTable;
  readonly claims: HostClaims;
  readonly attachments: Attachments;
  /** The port at which all hosts are served. */
  readonly port: number | undefined;
}

/** Keeps the rules of HTTPRoutes, and says of each parent what became of them there. */
export function httpRouteController(options: HttpRouteControllerOptions): Controller<HttpRoute> {
  const { table, claims, attachments } = options;
  const users = new ServiceUsers();
  /** The Gateways each route was attached to, to be told when it no longer is. */
  const attachedTo = new Map<string, readonly KubeObject[]>();
  return {
    name: "http-route",
    type: httpRoutes,
    triggers: [...httpRouteTriggers(users), claimTrigger(httpRoutes.kind, table)],
    reconcile: async (request, { object, cache, clusters, clock }) => {
      claims.use(cache);
      const route = object?.metadata.deletionTimestamp === undefined ? object : undefined;
      const judged = route === undefined ? undefined : judge(route, request, cache, options.port);
      users.set(request, judged?.resolver.services ?? []);
      const key = `${request.cluster}/${request.namespace}/${request.name}`;
      const parents = judged?.parents ?? [];
      for (const gateway of [...(attachedTo.get(key) ?? []), ...parents.map((parent) => parent.gateway)]) {
        const listeners = parents
          .filter((parent) => parent.gateway.metadata.uid === gateway.metadata.uid)
          .flatMap(({ attachment }) => attachment.attached.map(({ listener }) => listener.listener.name));
        attachments.set(request.cluster, keyOf(gateway), request, [...new Set(listeners)].sort());
      }
      if (parents.length === 0) attachedTo.delete(key);
      else
        attachedTo.set(
          key,
          parents.map((parent) => parent.gateway),
        );
      const source = { kind: httpRoutes.kind, namespace: request.namespace ?? "default", name: request.name };
      const hosts = table.set(request.cluster, source, judged?.rules ?? []);
      for (const host of hosts) await claims.settle(host, () => table.claimants(host));
      if (route === undefined || judged === undefined) return { outcome: "settled" };
      const status = httpRouteStatus(route, conditionsOf(judged, request, claims), clock);
      if (!jsonEqual(status, route.status ?? { parents: [] }))
        await clusters
          .client(request.cluster)
          .updateStatus(httpRoutes as never, { ...route, status } as KubeObject);
      return { outcome: "settled" };
    },
  };
}

interface JudgedParent {
  readonly parent: ParentReference;
  readonly gateway: Gateway;
  readonly attachment: Attachment;
}

interface JudgedRoute {
  readonly parents: readonly JudgedParent[];
  readonly rules: readonly Rule[];
  readonly resolver: BackendResolver;
  /** Why none of the route is served. */
  readonly unsupported: string | undefined;
}

function judge(
  route: HttpRoute,
  { cluster }: ReconcileRequest,
  cache: ObjectCache,
  port: number | undefined,
): JudgedRoute {
  const resolver = new BackendResolver(cache, cluster, route);
  const { parts, unsupported } = partsOf(route, resolver);
  const labels =
    cache.get(cluster, namespaces, { name: route.metadata.namespace ?? "" })?.metadata.labels ?? {};
  const parents = (route.spec.parentRefs ?? []).flatMap((parent): JudgedParent[] => {
    const key = gatewayKeyOf(route, parent);
    const gateway = key === undefined ? undefined : cache.get<Gateway>(cluster, gateways, key);
    if (gateway === undefined || !isOurClass(cache, cluster, gateway.spec.gatewayClassName)) return [];
    const listeners = listenersOf(cache, cluster, gateway, port);
    return [{ parent, gateway, attachment: attach(route, parent, gateway, listeners, labels) }];
  });
  const served = parents.filter(({ gateway }) => refusalOf(gateway) === undefined);
  const rules = rulesAt(
    parts,
    served.flatMap(({ attachment }) => attachment.attached),
  );
  return { parents, rules, resolver, unsupported };
}

function partsOf(
  route: HttpRoute,
  resolver: BackendResolver,
): { readonly parts: readonly RulePart[]; readonly unsupported?: string } {
  try {
    return { parts: rulePartsOf(route, resolver) };
  } catch (error) {
    if (!(error instanceof UnsupportedRoute)) throw error;
    return { parts: [], unsupported: error.message };
  }
}

/** Accepted and ResolvedRefs at each parent; a host that is another cluster's, where it is the route's at all. */
function conditionsOf(
  { parents, resolver, unsupported }: JudgedRoute,
  { cluster }: ReconcileRequest,
  claims: HostClaims,
): readonly ParentConditions[] {
  return parents.map(({ parent, attachment }) => {
    const hosts = [...new Set(attachment.attached.flatMap((each) => each.hosts))];
    const taken = takenHosts(claims, cluster, hosts);
    const text = taken.map(takenText).join(" ");
    const isLost = hosts.length > 0 && taken.length === hosts.length;
    const accepted =
      unsupported !== undefined && attachment.accepted.status === "True"
        ? fails("Accepted", "UnsupportedValue", unsupported)
        : isLost
          ? fails("Accepted", "HostnameTaken", text)
          : attachment.accepted;
    const partly = taken.length > 0 && !isLost ? [holds("PartiallyInvalid", "HostnameTaken", text)] : [];
    return { parent, conditions: [accepted, resolver.condition, ...partly] };
  });
}
