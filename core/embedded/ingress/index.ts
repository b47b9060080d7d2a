export { ingressController } from "./controller.ts";
export { type EmbeddedIngress, type IngressOptions, openIngress } from "./ingress.ts";
