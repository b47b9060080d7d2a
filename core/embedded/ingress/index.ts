export { defaultGatewayClass, defaultIngressClass } from "./classes.ts";
export { gatewayDefinitions, supportedFeatures } from "./gateway/index.ts";
export { type EmbeddedIngress, type IngressOptions, type IngressServer, openIngress } from "./ingress.ts";
