import type {
  BackendReference,
  HttpCorsFilter,
  HttpHeaderFilter,
  HttpPathModifier,
  HttpRouteFilter,
} from "@catalyst/ports/kubernetes";
import type { Actions, Backend, Cors, HeaderChange, PathChange } from "../../routing/rule.ts";

/** A filter that nothing here does; it mustn't be left out (Gateway API, `HTTPRouteFilter`). */
export interface UnsupportedFilter {
  readonly unsupported: string;
}

/**
 * What filters stand for. `backendOf` resolves the receivers of mirrored requests. A filter of a type that isn't done
 * here makes the whole route unsupported.
 */
export function actionsOf(
  filters: readonly HttpRouteFilter[],
  backendOf: (reference: BackendReference) => Backend,
): Actions | UnsupportedFilter {
  let actions: Actions = { requestHeaders: [], responseHeaders: [], mirrors: [] };
  for (const filter of filters) {
    switch (filter.type) {
      case "RequestHeaderModifier":
        actions = {
          ...actions,
          requestHeaders: [...actions.requestHeaders, change(filter.requestHeaderModifier)],
        };
        break;
      case "ResponseHeaderModifier":
        actions = {
          ...actions,
          responseHeaders: [...actions.responseHeaders, change(filter.responseHeaderModifier)],
        };
        break;
      case "RequestRedirect":
        actions = { ...actions, redirect: redirectOf(filter.requestRedirect) };
        break;
      case "URLRewrite":
        actions = {
          ...actions,
          rewriteHost: filter.urlRewrite?.hostname,
          rewritePath: pathChange(filter.urlRewrite?.path),
        };
        break;
      case "RequestMirror": {
        if (filter.requestMirror === undefined) break;
        const mirror = {
          backend: backendOf(filter.requestMirror.backendRef),
          share: shareOf(filter.requestMirror),
        };
        actions = { ...actions, mirrors: [...actions.mirrors, mirror] };
        break;
      }
      case "CORS":
        actions = { ...actions, cors: corsOf(filter.cors ?? {}) };
        break;
      default:
        return { unsupported: `Filters of type ${filter.type} aren't done here.` };
    }
  }
  return actions;
}

function change({ set = [], add = [], remove = [] }: HttpHeaderFilter = {}): HeaderChange {
  const lower = (each: { readonly name: string; readonly value: string }) =>
    [each.name.toLowerCase(), each.value] as const;
  return { set: set.map(lower), add: add.map(lower), remove: remove.map((name) => name.toLowerCase()) };
}

function redirectOf(redirect: HttpRouteFilter["requestRedirect"]): Actions["redirect"] {
  return {
    scheme: redirect?.scheme,
    host: redirect?.hostname,
    port: redirect?.port,
    path: pathChange(redirect?.path),
    status: redirect?.statusCode ?? 302,
  };
}

function pathChange(path: HttpPathModifier | undefined): PathChange | undefined {
  if (path === undefined) return undefined;
  return path.type === "ReplaceFullPath"
    ? { type: "whole", path: path.replaceFullPath ?? "/" }
    : { type: "prefix", path: path.replacePrefixMatch ?? "/" };
}

function shareOf({ percent, fraction }: NonNullable<HttpRouteFilter["requestMirror"]>): number {
  if (percent !== undefined) return percent / 100;
  return fraction === undefined ? 1 : fraction.numerator / (fraction.denominator ?? 100);
}

function corsOf(cors: HttpCorsFilter): Cors {
  return {
    origins: cors.allowOrigins ?? [],
    methods: cors.allowMethods ?? [],
    headers: cors.allowHeaders ?? [],
    expose: cors.exposeHeaders ?? [],
    credentials: cors.allowCredentials === true,
    maxAge: cors.maxAge ?? 5,
  };
}
