import { type ClusterName, type Ingress, type IngressBackend, ingresses } from "@catalyst/ports/kubernetes";
import type { ObjectCache } from "@catalyst/reconciler";

/** Where a request goes. */
export interface Route {
  readonly cluster: ClusterName;
  readonly ingress: Ingress;
  readonly backend: IngressBackend;
  /** The rule's path that matched; `/` when it has none. */
  readonly path: string;
}

/** The cluster a platform host name belongs to: `<app>.<environment>.localhost`. */
export function clusterOfHost(host: string): ClusterName | undefined {
  return /^[a-z0-9-]+\.([a-z0-9-]+)\.localhost$/.exec(host)?.[1];
}

/** A Host header without its port, in lower case. */
export function hostName(header: string | undefined): string {
  return (header ?? "").replace(/:\d+$/, "").toLowerCase();
}

/**
 * Finds the route of a request. A platform host name is looked for in its own Environment alone; any other
 * name belongs to whoever claimed it first, over all clusters (security-cases.md 41).
 */
export function findRoute(
  cache: ObjectCache,
  clusters: readonly ClusterName[],
  host: string,
  path: string,
): Route | undefined {
  const own = clusterOfHost(host);
  const owners = own === undefined ? firstOwner(cache, clusters, host) : [own];
  return owners
    .flatMap((cluster) => routesOf(cache, cluster, host, path))
    .sort((a, b) => rank(b, path) - rank(a, path))[0];
}

function firstOwner(
  cache: ObjectCache,
  clusters: readonly ClusterName[],
  host: string,
): readonly ClusterName[] {
  const claims = clusters.flatMap((cluster) =>
    cache
      .list<Ingress>(cluster, ingresses)
      .filter((ingress) =>
        ingress.spec?.rules?.some((rule) => rule.host !== undefined && hostMatches(rule.host, host)),
      )
      .map((ingress) => ({ cluster, since: ingress.metadata.creationTimestamp ?? "" })),
  );
  const [first] = claims.sort((a, b) => (a.since < b.since ? -1 : a.since > b.since ? 1 : 0));
  return first === undefined ? [] : [first.cluster];
}

/** Routes of one cluster whose rule fits; a rule without a host counts only for the cluster's own names. */
function routesOf(cache: ObjectCache, cluster: ClusterName, host: string, path: string): readonly Route[] {
  const anyHost = clusterOfHost(host) === cluster;
  return cache.list<Ingress>(cluster, ingresses).flatMap((ingress) => {
    if (ingress.metadata.deletionTimestamp !== undefined) return [];
    const rules = (ingress.spec?.rules ?? []).filter((rule) =>
      rule.host === undefined || rule.host === "" ? anyHost : hostMatches(rule.host, host),
    );
    const routes = rules
      .flatMap((rule) => rule.http?.paths ?? [])
      .filter((candidate) => pathMatches(candidate.path ?? "/", candidate.pathType, path))
      .map((candidate) => ({ cluster, ingress, backend: candidate.backend, path: candidate.path ?? "/" }));
    const fallback = ingress.spec?.defaultBackend;
    const isMeant = fallback !== undefined && routes.length === 0 && rules.length > 0;
    return isMeant ? [{ cluster, ingress, backend: fallback, path: "/" }] : routes;
  });
}

function hostMatches(rule: string, host: string): boolean {
  if (!rule.startsWith("*.")) return rule.toLowerCase() === host;
  const rest = host.slice(host.indexOf(".") + 1);
  return host.includes(".") && rest === rule.slice(2).toLowerCase();
}

/** A prefix matches whole segments: `/foo` matches `/foo/bar` but not `/foobar`. */
function pathMatches(rule: string, type: string | undefined, path: string): boolean {
  if (type === "Exact") return path === rule;
  const prefix = rule.endsWith("/") ? rule.slice(0, -1) : rule;
  return path === prefix || path.startsWith(`${prefix}/`);
}

/** The longest path wins; among equals the exact one. */
function rank(route: Route, path: string): number {
  return route.path.length * 2 + Number(route.path === path);
}
