import { jsonEqual } from "@catalyst/base/json";
import {
  type ClusterName,
  type Gateway,
  gateways,
  type HttpRoute,
  httpRoutes,
  namespaces,
  type ReferenceGrant,
  referenceGrants,
  type Service,
  services,
} from "@catalyst/ports/kubernetes";
import type { ObjectCache, ReconcileRequest, Trigger } from "@catalyst/reconciler";
import { gatewayKeyOf } from "./attach.ts";
import type { ServiceUsers } from "./service-users.ts";

/** What else than an HTTPRoute changes what becomes of it. */
export function httpRouteTriggers(users: ServiceUsers): readonly Trigger[] {
  return [gatewayTrigger, namespaceTrigger, grantTrigger, serviceTrigger(users)] as readonly Trigger[];
}

/** A Gateway's spec, and which of its listeners are served. */
const gatewayTrigger: Trigger<Gateway> = {
  type: gateways,
  requests: (cluster, gateway, previous, cache) => {
    const isSame =
      previous?.metadata.generation === gateway.metadata.generation &&
      cache.get(cluster, gateways, { ...gateway.metadata }) !== undefined &&
      jsonEqual(programmed(previous), programmed(gateway));
    if (isSame) return [];
    const { namespace, name } = gateway.metadata;
    return routesWith(cache, cluster, (route) =>
      (route.spec.parentRefs ?? []).some((parent) => {
        const key = gatewayKeyOf(route, parent);
        return key?.name === name && key.namespace === namespace;
      }),
    );
  },
};

function programmed(gateway: Gateway | undefined): unknown {
  return gateway?.status?.listeners?.map(({ name, conditions }) => [
    name,
    conditions.find(({ type }) => type === "Programmed")?.status,
  ]);
}

/** Listeners choose namespaces by their labels. */
const namespaceTrigger: Trigger = {
  type: namespaces,
  requests: (cluster, { metadata }, previous, cache) =>
    jsonEqual(metadata.labels ?? {}, previous?.metadata.labels ?? {})
      ? []
      : routesWith(cache, cluster, (route) => route.metadata.namespace === metadata.name),
};

const grantTrigger: Trigger<ReferenceGrant> = {
  type: referenceGrants,
  requests: (cluster, grant, previous, cache) => {
    const from = [...grant.spec.from, ...(previous?.spec.from ?? [])].map(({ namespace }) => namespace);
    return routesWith(cache, cluster, ({ metadata }) => from.includes(metadata.namespace ?? ""));
  },
};

function serviceTrigger(users: ServiceUsers): Trigger<Service> {
  return {
    type: services,
    requests: (cluster, { metadata, spec }, previous, cache) => {
      const isThere = cache.get(cluster, services, { ...metadata }) !== undefined;
      if (isThere && previous !== undefined && jsonEqual(spec.ports ?? [], previous.spec.ports ?? []))
        return [];
      return users.of(cluster, metadata.namespace ?? "default", metadata.name);
    },
  };
}

function routesWith(
  cache: ObjectCache,
  cluster: ClusterName,
  test: (route: HttpRoute) => boolean,
): readonly ReconcileRequest[] {
  return cache
    .list<HttpRoute>(cluster, httpRoutes)
    .filter(test)
    .map(({ metadata: { namespace, name } }) => ({ cluster, namespace, name }));
}
