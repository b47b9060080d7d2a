import type { ClusterName } from "@catalyst/ports/kubernetes";

/**
 * Which hosts a rule is for: a name; `*.` and a name, which stands for one label before it (Ingress); `**.` and a
 * name, which stands for any number of labels before it (Gateway API); or `""`, every host of the rule's own cluster.
 */
export type HostPattern = string;

export const anyHost: HostPattern = "";

/** A Host header without its port, in lower case. */
export function hostName(header: string | undefined): string {
  return (header ?? "").replace(/:\d+$/, "").replace(/\.$/, "").toLowerCase();
}

/** The port a Host header carries. */
export function portOf(header: string | undefined): number | undefined {
  const port = /:(\d+)$/.exec(header ?? "")?.[1];
  return port === undefined ? undefined : Number(port);
}

/** The cluster a platform host name belongs to: `<app>.<environment>.localhost`, and whatever is below it. */
export function clusterOfHost(host: string): ClusterName | undefined {
  return /^.+\.([a-z0-9-]+)\.localhost$/.exec(host)?.[1];
}

/** Every pattern that a host fits, the most specific first. */
export function patternsOf(host: string): readonly HostPattern[] {
  const labels = host.split(".");
  const above = labels.slice(1).map((_, index) => labels.slice(index + 1).join("."));
  return [
    host,
    ...above.slice(0, 1).map((name) => `*.${name}`),
    ...above.map((name) => `**.${name}`),
    anyHost,
  ];
}

/** Tells whether a pattern fits every host that another one fits. */
export function covers(wide: HostPattern, narrow: HostPattern): boolean {
  if (wide === narrow) return true;
  const name = narrow.replace(/^\*+\./, "");
  const isBelow = name.endsWith(wide.replace(/^\*+/, ""));
  if (wide.startsWith("**.")) return isBelow || (narrow.startsWith("*") && name === wide.slice(3));
  return (
    wide.startsWith("*.") && !narrow.startsWith("*") && name.slice(name.indexOf(".") + 1) === wide.slice(2)
  );
}

/**
 * The hosts that a listener's pattern and a route's have in common, as the more specific of the two; undefined when
 * there are none. An absent hostname of either means every host (Gateway API, `HTTPRouteSpec.Hostnames`).
 */
export function intersection(listener: HostPattern, route: HostPattern): HostPattern | undefined {
  if (listener === anyHost || listener === route) return route;
  if (route === anyHost || covers(route, listener)) return listener;
  return covers(listener, route) ? route : undefined;
}
