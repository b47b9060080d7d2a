export { Attachments } from "./attachments.ts";
export { gatewayDefinitions } from "./crds/index.ts";
export { supportedFeatures } from "./features.ts";
export { gatewayClassController } from "./gateway-class.ts";
export { gatewayController } from "./gateway-controller.ts";
export { httpRouteController } from "./http-route/http-route-controller.ts";
