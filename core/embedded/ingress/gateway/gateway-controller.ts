import { jsonEqual } from "@catalyst/base/json";
import {
  type ClusterName,
  type Gateway,
  type GatewayClass,
  gatewayClasses,
  gatewayGroup,
  gateways,
  type KubeObject,
  keyOf,
  type ReferenceGrant,
  referenceGrants,
  type Secret,
  secrets,
} from "@catalyst/ports/kubernetes";
import type { Controller, ObjectCache, ReconcileRequest, Trigger } from "@catalyst/reconciler";
import { certificateProblem } from "../tls/certificate.ts";
import type { Attachments } from "./attachments.ts";
import { isOurClass } from "./gateway-class.ts";
import { gatewayStatus, refusalOf } from "./gateway-status.ts";
import { type JudgedListener, judgeListeners } from "./listener.ts";
import { grantsOf } from "./reference-grants.ts";

/** Judges a Gateway's listeners by what the cache has; none when the Gateway itself is refused or another's. */
export function listenersOf(
  cache: ObjectCache,
  cluster: ClusterName,
  gateway: Gateway,
  port: number | undefined,
): readonly JudgedListener[] {
  const namespace = gateway.metadata.namespace ?? "default";
  const granted = grantsOf(cache, cluster);
  return judgeListeners(gateway, {
    port,
    certificateProblem: ({ group = "", kind = "Secret", namespace: other = namespace, name }) => {
      if (group !== "" || kind !== "Secret")
        return ["InvalidCertificateRef", `A certificate is a Secret, not a ${kind}.`];
      const from = { group: gatewayGroup, kind: "Gateway", namespace };
      if (!granted(from, { group, kind, namespace: other, name }))
        return [
          "RefNotPermitted",
          `No ReferenceGrant of ${other} lets Gateways of ${namespace} use its Secrets.`,
        ];
      const problem = certificateProblem(cache.get<Secret>(cluster, secrets, { namespace: other, name }));
      return problem === undefined
        ? undefined
        : ["InvalidCertificateRef", `Secret ${other}/${name}: ${problem}`];
    },
  });
}

export interface GatewayControllerOptions {
  readonly attachments: Attachments;
  /** The port at which all hosts are served. */
  readonly port: number | undefined;
}

/** Says of Gateways which of their listeners are served, and how many routes are attached to each. */
export function gatewayController({ attachments, port }: GatewayControllerOptions): Controller<Gateway> {
  return {
    name: "gateway",
    type: gateways,
    triggers: [classTrigger, secretTrigger, grantTrigger] as readonly Trigger[],
    reconcile: async (request, { object, cache, clusters, clock }) => {
      if (object === undefined || object.metadata.deletionTimestamp !== undefined)
        return { outcome: "settled" };
      if (!isOurClass(cache, request.cluster, object.spec.gatewayClassName)) return { outcome: "settled" };
      const judged = listenersOf(cache, request.cluster, object, port);
      const isRefused = refusalOf(object) !== undefined;
      const listeners = isRefused ? judged.map((each) => ({ ...each, isProgrammed: false })) : judged;
      const count = (listener: string) => attachments.count(request.cluster, keyOf(object), listener);
      const status = gatewayStatus(object, listeners, count, clock);
      if (!jsonEqual(status, object.status))
        await clusters
          .client(request.cluster)
          .updateStatus(gateways as never, { ...object, status } as KubeObject);
      return { outcome: "settled" };
    },
  };
}

const classTrigger: Trigger<GatewayClass> = {
  type: gatewayClasses,
  requests: (cluster, { metadata }, _previous, cache) =>
    gatewaysWith(cache, cluster, ({ spec }) => spec.gatewayClassName === metadata.name),
};

const secretTrigger: Trigger<Secret> = {
  type: secrets,
  requests: (cluster, { metadata }, _previous, cache) =>
    gatewaysWith(cache, cluster, (gateway) =>
      gateway.spec.listeners.some((listener) =>
        listener.tls?.certificateRefs?.some(
          ({ name, namespace = gateway.metadata.namespace }) =>
            name === metadata.name && namespace === metadata.namespace,
        ),
      ),
    ),
};

const grantTrigger: Trigger<ReferenceGrant> = {
  type: referenceGrants,
  requests: (cluster, grant, previous, cache) => {
    const from = [...grant.spec.from, ...(previous?.spec.from ?? [])].map(({ namespace }) => namespace);
    return gatewaysWith(cache, cluster, ({ metadata }) => from.includes(metadata.namespace ?? ""));
  },
};

function gatewaysWith(
  cache: ObjectCache,
  cluster: ClusterName,
  test: (gateway: Gateway) => boolean | undefined,
): readonly ReconcileRequest[] {
  return cache
    .list<Gateway>(cluster, gateways)
    .filter((gateway) => test(gateway) === true)
    .map(({ metadata: { namespace, name } }) => ({ cluster, namespace, name }));
}
