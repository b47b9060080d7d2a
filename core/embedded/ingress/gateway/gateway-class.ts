import { jsonEqual } from "@catalyst/base/json";
import {
  type ClusterName,
  type GatewayClass,
  gatewayClasses,
  type KubeObject,
} from "@catalyst/ports/kubernetes";
import { type Controller, mergeConditions, type ObjectCache } from "@catalyst/reconciler";
import { controllerName } from "../names.ts";
import { fails, holds } from "./condition.ts";
import { supportedFeatures } from "./features.ts";

/** Tells whether Gateways of a class are this ingress'. */
export function isOurClass(cache: ObjectCache, cluster: ClusterName, name: string): boolean {
  return cache.get<GatewayClass>(cluster, gatewayClasses, { name })?.spec.controllerName === controllerName;
}

/** Accepts the classes that name this ingress' controller; it has no parameters. */
export function gatewayClassController(): Controller<GatewayClass> {
  return {
    name: "gateway-class",
    type: gatewayClasses,
    selects: (_cluster, object) => object.spec.controllerName === controllerName,
    reconcile: async (request, { object, clusters, clock }) => {
      if (object?.spec.controllerName !== controllerName) return { outcome: "settled" };
      const accepted =
        object.spec.parametersRef === undefined
          ? holds("Accepted", "Accepted", "Gateways of this class are served at the Sovereign's own port.")
          : fails(
              "Accepted",
              "InvalidParameters",
              "This controller has no parameters: remove spec.parametersRef.",
            );
      const version = holds("SupportedVersion", "SupportedVersion");
      const before = object.status?.conditions;
      const status = {
        conditions: mergeConditions(before, [accepted, version], object.metadata.generation, clock),
        supportedFeatures: supportedFeatures.map((name) => ({ name })),
      };
      if (!jsonEqual(status, object.status))
        await clusters
          .client(request.cluster)
          .updateStatus(gatewayClasses as never, { ...object, status } as KubeObject);
      return { outcome: "settled" };
    },
  };
}
