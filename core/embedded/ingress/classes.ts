import type { KubeObject } from "@catalyst/ports/kubernetes";
import { className, controllerName } from "./names.ts";

/** The IngressClass of every cluster, which Ingress objects without a class get. */
export const defaultIngressClass: KubeObject = {
  apiVersion: "networking.k8s.io/v1",
  kind: "IngressClass",
  metadata: { name: className, annotations: { "ingressclass.kubernetes.io/is-default-class": "true" } },
  spec: { controller: controllerName },
};

/** The GatewayClass of every cluster. */
export const defaultGatewayClass: KubeObject = {
  apiVersion: "gateway.networking.k8s.io/v1",
  kind: "GatewayClass",
  metadata: { name: className },
  spec: { controllerName },
};
