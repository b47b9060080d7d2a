/** By which IngressClasses and GatewayClasses name this ingress. */
export const controllerName = "catalyst.openova.io/ingress";

/** The class of either kind that is there from the start. */
export const className = "catalyst";
