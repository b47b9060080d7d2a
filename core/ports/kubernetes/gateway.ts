import type { Condition, KubeObject } from "./object.ts";
import type { ResourceType } from "./resource.ts";
import type { LabelSelector } from "./selector.ts";

/** Light types of Gateway API's kinds (version v1, standard channel): the fields the ingress reads. */
export const gatewayGroup = "gateway.networking.k8s.io";

export interface GatewayClass extends KubeObject {
  readonly spec: {
    readonly controllerName: string;
    readonly parametersRef?: { readonly group: string; readonly kind: string; readonly name: string };
  };
  readonly status?: { readonly conditions?: readonly Condition[] };
}

/** A reference to an object of another kind; absent group and kind have the default of the field. */
export interface GatewayReference {
  readonly group?: string;
  readonly kind?: string;
  readonly namespace?: string;
  readonly name: string;
}

export interface RouteKind {
  readonly group?: string;
  readonly kind: string;
}

export interface Listener {
  readonly name: string;
  readonly hostname?: string;
  readonly port: number;
  readonly protocol: string;
  readonly tls?: { readonly mode?: string; readonly certificateRefs?: readonly GatewayReference[] };
  readonly allowedRoutes?: {
    readonly namespaces?: { readonly from?: string; readonly selector?: LabelSelector };
    readonly kinds?: readonly RouteKind[];
  };
}

export interface ListenerStatus {
  readonly name: string;
  readonly supportedKinds: readonly RouteKind[];
  readonly attachedRoutes: number;
  readonly conditions: readonly Condition[];
}

export interface Gateway extends KubeObject {
  readonly spec: {
    readonly gatewayClassName: string;
    readonly listeners: readonly Listener[];
    readonly addresses?: readonly { readonly type?: string; readonly value?: string }[];
    readonly infrastructure?: { readonly parametersRef?: GatewayReference };
  };
  readonly status?: {
    readonly addresses?: readonly { readonly type: string; readonly value: string }[];
    readonly listeners?: readonly ListenerStatus[];
    readonly conditions?: readonly Condition[];
  };
}

export interface ParentReference extends GatewayReference {
  readonly sectionName?: string;
  readonly port?: number;
}

export interface HttpHeaderFilter {
  readonly set?: readonly { readonly name: string; readonly value: string }[];
  readonly add?: readonly { readonly name: string; readonly value: string }[];
  readonly remove?: readonly string[];
}

export interface HttpPathModifier {
  readonly type: "ReplaceFullPath" | "ReplacePrefixMatch";
  readonly replaceFullPath?: string;
  readonly replacePrefixMatch?: string;
}

export interface BackendReference extends GatewayReference {
  readonly port?: number;
}

export interface HttpCorsFilter {
  readonly allowOrigins?: readonly string[];
  readonly allowCredentials?: boolean;
  readonly allowMethods?: readonly string[];
  readonly allowHeaders?: readonly string[];
  readonly exposeHeaders?: readonly string[];
  readonly maxAge?: number;
}

export interface HttpRouteFilter {
  readonly type: string;
  readonly requestHeaderModifier?: HttpHeaderFilter;
  readonly responseHeaderModifier?: HttpHeaderFilter;
  readonly requestMirror?: {
    readonly backendRef: BackendReference;
    readonly percent?: number;
    readonly fraction?: { readonly numerator: number; readonly denominator?: number };
  };
  readonly requestRedirect?: {
    readonly scheme?: string;
    readonly hostname?: string;
    readonly path?: HttpPathModifier;
    readonly port?: number;
    readonly statusCode?: number;
  };
  readonly urlRewrite?: { readonly hostname?: string; readonly path?: HttpPathModifier };
  readonly cors?: HttpCorsFilter;
  readonly extensionRef?: GatewayReference;
}

/** A header or a query parameter that must have a value. */
export interface HttpValueMatch {
  readonly type?: "Exact" | "RegularExpression";
  readonly name: string;
  readonly value: string;
}

export interface HttpRouteMatch {
  readonly path?: {
    readonly type?: "Exact" | "PathPrefix" | "RegularExpression";
    readonly value?: string;
  };
  readonly headers?: readonly HttpValueMatch[];
  readonly queryParams?: readonly HttpValueMatch[];
  readonly method?: string;
}

export interface HttpBackendReference extends BackendReference {
  readonly weight?: number;
  readonly filters?: readonly HttpRouteFilter[];
}

export interface HttpRouteRule {
  readonly name?: string;
  readonly matches?: readonly HttpRouteMatch[];
  readonly filters?: readonly HttpRouteFilter[];
  readonly backendRefs?: readonly HttpBackendReference[];
  readonly timeouts?: { readonly request?: string; readonly backendRequest?: string };
}

export interface RouteParentStatus {
  readonly parentRef: ParentReference;
  readonly controllerName: string;
  readonly conditions: readonly Condition[];
}

export interface HttpRoute extends KubeObject {
  readonly spec: {
    readonly parentRefs?: readonly ParentReference[];
    readonly hostnames?: readonly string[];
    readonly rules?: readonly HttpRouteRule[];
  };
  readonly status?: { readonly parents?: readonly RouteParentStatus[] };
}

export interface ReferenceGrant extends KubeObject {
  readonly spec: {
    readonly from: readonly { readonly group: string; readonly kind: string; readonly namespace: string }[];
    readonly to: readonly { readonly group: string; readonly kind: string; readonly name?: string }[];
  };
}

function of<T extends KubeObject>(kind: string, plural: string, namespaced = true): ResourceType<T> {
  return { group: gatewayGroup, version: "v1", kind, plural, namespaced };
}

export const gatewayClasses = of<GatewayClass>("GatewayClass", "gatewayclasses", false);
export const gateways = of<Gateway>("Gateway", "gateways");
export const httpRoutes = of<HttpRoute>("HTTPRoute", "httproutes");
export const referenceGrants = of<ReferenceGrant>("ReferenceGrant", "referencegrants");
